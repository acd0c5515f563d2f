"""Bad input to the arbitrary-precision twins: one sentence with the parameter, its value and the range."""

import math

import pytest

from flatminima.reference import franz_parisi, typical


@pytest.mark.parametrize("call, error, words", [
    (lambda: typical.solve(-1), ValueError, r"alpha is -1; .* \(0, 1\.27324\)"),
    (lambda: typical.solve("1.3"), ValueError, r"alpha is 1\.3; .* \(0, 1\.27324\)"),
    (lambda: typical.solve("a lot"), TypeError, "alpha is 'a lot'"),
    (lambda: typical.critical_capacity(math.nan), ValueError, "kappa is nan"),
    (lambda: typical.max_margin(0), ValueError, "alpha is 0"),
    (lambda: typical.energetic_term(1), ValueError, r"q is 1; .* \[0, 1"),
    (lambda: typical.entropic_term(-1), ValueError, "q_hat is -1"),
    (lambda: franz_parisi.solve(0, "0.5", "0.3"), ValueError, r"distance is 0; .* \(0, 1"),
    (lambda: franz_parisi.entropy(0.2, 0.3, 0.45, 0.5, 0.9, 0.4, (0.5, 0.3, 0, 0.52, 2)),
     ValueError, "are no overlaps"),
    (lambda: franz_parisi.entropy(0.2, 0.44, 0.45, 0.3, 0.9, 0.4, (0.5, 0.3, 0, 0.52, 2), digits=6),
     ValueError, "p_hat = 0.3 is not larger"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_near_the_largest_load_the_saddle_point_is_found():
    """α = 1.2 is far beyond capacity and close to 4/π; the entropy is negative there."""
    state = typical.solve("1.2", digits=8)
    assert state.entropy < 0
    assert abs(state.q_hat - typical.conjugate_overlap(state.q, "1.2", digits=8)) < 1e-6
