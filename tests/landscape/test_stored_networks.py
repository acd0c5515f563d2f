"""The stored deep networks have the overlaps that are stored beside them."""

import numpy as np
import pytest

from flatminima import sweeps
from flatminima.landscape import matching
from flatminima.networks import multilayer

STUDY = sweeps.load("unveiling-2021/deep")
UNITS = [unit for unit in STUDY.units if unit["dataset"] == "MNIST"]  # two networks each


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: f"{unit['reading']}, {unit['size']}")
def test_overlaps(unit):
    outcome = STUDY.outcome(unit)
    one, two = (multilayer.unpack(bits, (784, 101, 101, 1)) for bits in outcome["kept"])
    found = matching.overlaps(one, two)
    np.testing.assert_array_equal(found.layers, outcome["layers"][0])
    assert found.total == outcome["total"][0]
