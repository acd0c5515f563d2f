"""The stability of replica symmetry: twins, Gardner's results, limits of the line, and where other functionals notice."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from scipy.stats import norm

from flatminima import BINARY, ERF, PERCEPTRON, RELU, SIGN, SPHERICAL, NoSolution
from flatminima.architectures import Architecture
from flatminima.ensembles import franz_parisi, typical
from flatminima.ensembles.typical.equations import on_saddle_line
from flatminima.reference import replicon as twin

ARCHITECTURES = [PERCEPTRON, SIGN, RELU, ERF]
SQUARE = Architecture(  # g(x) = x²: k(q) = 1 + 2q²
    name="square",
    difference=lambda one_minus_q, step: step * (2.0 * (1.0 - one_minus_q) + step),
    slope=lambda one_minus_q: 2.0 * (1.0 - one_minus_q),
    curvature=lambda one_minus_q: 2.0,
    field_scale=math.sqrt(2.0),
)

weights = st.sampled_from([BINARY, SPHERICAL])
architectures = st.sampled_from(ARCHITECTURES)


def missed(kappa):
    """E[(κ − z)₊²]."""
    return (1 + kappa**2) * norm.cdf(kappa) + kappa * norm.pdf(kappa)


def at_the_end(kappa, architecture):
    """Spherical weights, q → 1, ρ″(1) finite: there L″ → −1/(1−ρ) for h < κ, so that R → α_c H(−κ) + ρ″(1)/ρ′(1)."""
    kappa /= architecture.field_scale
    capacity = architecture.slope(0.0) / missed(kappa)
    return capacity * norm.cdf(kappa) + architecture.curvature(0.0) / architecture.slope(0.0), capacity


@pytest.mark.parametrize("kappa", [-1.5, 0.0, 0.4])
@pytest.mark.parametrize("prior", [BINARY, SPHERICAL])
@pytest.mark.parametrize("architecture", [SIGN, RELU])
def test_against_the_papers_parameters_in_many_digits(architecture, prior, kappa):
    truth = twin.instability(architecture.name, prior.name, mp.mpf(kappa), digits=15)
    assert typical.instability(kappa, prior, architecture) == pytest.approx(float(truth.alpha), rel=1e-13)


@pytest.mark.parametrize(
    "prior, architecture, kappa", [(BINARY, ERF, 0.3), (BINARY, PERCEPTRON, 0.0), (SPHERICAL, PERCEPTRON, -0.5)]
)
def test_against_the_twin_where_the_map_is_smooth(prior, architecture, kappa):
    truth = twin.instability(architecture.name, prior.name, mp.mpf(kappa), digits=15)
    assert typical.instability(kappa, prior, architecture) == pytest.approx(float(truth.alpha), rel=1e-13)


@pytest.mark.parametrize("prior, parameter", [(SPHERICAL, 0.3), (SPHERICAL, 0.99), (BINARY, 0.2), (BINARY, 4.0)])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_replicon_of_a_state(architecture, prior, parameter):
    truth = twin.on_saddle_line(mp.mpf(parameter), architecture.name, prior.name, mp.mpf(0.25), digits=15)
    state = typical.saddle_point(float(truth.alpha), 0.25, prior, architecture)
    assert state.replicon == pytest.approx(float(truth.replicon), rel=1e-10)


@given(st.floats(-2.0, 10.0), weights, architectures)
@settings(max_examples=40)
def test_stable_below_unstable_above(kappa, prior, architecture):
    kappa *= architecture.field_scale
    threshold = typical.instability(kappa, prior, architecture)
    if not threshold:
        assert prior is SPHERICAL and at_the_end(kappa, architecture)[0] < 1 + 1e-9
        return
    assert typical.saddle_point(threshold, kappa, prior, architecture).replicon == pytest.approx(1.0, abs=1e-9)
    below = [typical.saddle_point(share * threshold, kappa, prior, architecture).replicon for share in (0.1, 0.5, 0.9, 0.99)]
    assert below == sorted(below) and below[-1] < 1
    above = typical.saddle_point(1.01 * threshold, kappa, prior, architecture)
    assert not above or above.replicon > 1


@given(st.floats(-5.0, 0.0), weights, architectures)
@settings(max_examples=20)
def test_the_first_crossing_lies_where_the_line_still_rises(kappa, prior, architecture):
    """Far below κ = −2.5 the line of saddle points bends back to smaller α, but at a larger q."""
    kappa *= architecture.field_scale
    threshold = typical.instability(kappa, prior, architecture)
    if not threshold:
        return
    loads = [on_saddle_line(q_hat, kappa, prior, architecture)[1] for q_hat in np.geomspace(1e-6, 1e3, 200)]
    rising = list(itertools.takewhile(lambda pair: pair[0] < pair[1], zip(loads, loads[1:])))
    assert loads[0] < threshold < rising[-1][1]


@pytest.mark.parametrize("kappa", [0.0, 0.1, 1.0, 4.0])
def test_gardner_the_spherical_perceptron_is_stable_up_to_its_capacity(kappa):
    outcome = typical.instability(kappa, SPHERICAL)
    assert isinstance(outcome, NoSolution)
    limit, capacity = at_the_end(kappa, PERCEPTRON)
    assert f"{limit:.6g}" in outcome.reason and f"{capacity:.6g}" in outcome.reason


@given(st.floats(-3.0, -1e-4))
@settings(max_examples=30)
def test_gardner_negative_margins_are_unstable_before_the_capacity(kappa):
    assert 0 < typical.instability(kappa, SPHERICAL) < 1 / missed(kappa)


@given(st.floats(-2.0, 4.0), st.sampled_from([PERCEPTRON, ERF]))
@settings(max_examples=30)
def test_a_smooth_map_is_stable_if_and_only_if_it_is_so_at_the_end(kappa, architecture):
    kappa *= architecture.field_scale
    limit, capacity = at_the_end(kappa, architecture)
    threshold = typical.instability(kappa, SPHERICAL, architecture)
    if abs(limit - 1) > 1e-9:
        assert bool(threshold) == (limit > 1)
    assert not threshold or threshold < capacity


def test_the_margin_counts_in_units_of_the_field():
    stretched = Architecture("stretched", SIGN.difference, SIGN.slope, SIGN.curvature, field_scale=7.0)
    for prior in (BINARY, SPHERICAL):
        assert typical.instability(1.4, prior, stretched) == pytest.approx(typical.instability(0.2, prior, SIGN), rel=1e-13)


def test_even_activations_become_unstable_at_no_overlap():
    """ρ = q²: at q = 0 both weights have λ_S = 1, and α ρ″(0) A(κ)² = 1."""
    for prior in (BINARY, SPHERICAL):
        assert typical.instability(0.0, prior, SQUARE) == pytest.approx(math.pi / 4, rel=1e-14)
    mills = norm.pdf(0.5) / norm.sf(0.5)
    assert typical.instability(0.5 * math.sqrt(2.0), BINARY, SQUARE) == pytest.approx(0.5 / mills**2, rel=1e-14)


def test_binary_weights_run_out_of_solutions_first():
    for architecture in ARCHITECTURES:
        assert typical.instability(0.0, BINARY, architecture) > typical.critical_capacity(0.0, BINARY, architecture)


@pytest.mark.parametrize("architecture, prior", [(SIGN, SPHERICAL), (RELU, SPHERICAL), (ERF, SPHERICAL)])
def test_the_local_entropy_loses_its_maximum_there(architecture, prior):
    """The Franz–Parisi entropy has a maximum at the typical distance below α_AT and a minimum above."""
    threshold = typical.instability(0.0, prior, architecture)
    for share, sign in ((0.995, -1), (1.005, 1)):
        alpha = share * threshold
        distance = typical.saddle_point(alpha, 0.0, prior, architecture).distance
        near, far = (
            franz_parisi.solve(factor * distance, alpha, 0.0, 0.0, prior, architecture).slope for factor in (0.999, 1.001)
        )
        assert sign * (far - near) > 0


@pytest.mark.parametrize("kappa", [math.nan, math.inf, -5.01])
def test_margins_out_of_range(kappa):
    with pytest.raises(ValueError, match="kappa is"):
        typical.instability(kappa)


def test_a_margin_that_is_no_number():
    with pytest.raises(TypeError, match="kappa is 'zero'"):
        typical.instability("zero")
