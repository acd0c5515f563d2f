"""The laws of the Gaussian tail: accuracy against 60 digits, its identities, its limits, bad input."""

import math
import re

import llvmlite.binding as llvm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from numba import njit

from flatminima.gaussian import H, coefficients, inverse_mills, log_H, tails
from flatminima.gaussian.tails import _fill_tails, _split_tail, _tail_scalar
from flatminima.reference import gaussian as twin

RELATIVE_ERROR = 2e-15
SMALLEST_NORMAL = 2.0**-1022
LAST_NORMAL = 37.5  # H(37.5) = 4.6e-308 is the last normal value, at half-integers


@njit(error_model="numpy")
def fill_split(x, s, mills):
    for i in range(x.size):
        s[i], mills[i] = _split_tail(x[i])


@njit(error_model="numpy")
def fill_from_plain_caller(x, h, log_h, mills):
    for i in range(x.size):
        h[i], log_h[i], mills[i] = _tail_scalar(x[i])


def relative_error(got, exact):
    return float(abs((mpf(float(got)) - exact) / exact))


def worst(x, got, function):
    return max(relative_error(g, function(a)) for a, g in zip(x.tolist(), got.tolist(), strict=True))


def points_of_the_domain():
    random = np.random.default_rng(37)
    return np.concatenate([
        np.linspace(-37.0, 40.0, 1541),
        random.uniform(-3.0, 3.0, 600),
        -(10.0 ** random.uniform(-300.0, math.log10(37.0), 300)),
        10.0 ** random.uniform(-300.0, 6.0, 300),
        10.0 ** random.uniform(0.0, 6.0, 300),
        [-37.0, -0.0, 0.0, 4.0, 1e6],
    ])  # fmt: skip


DOMAIN = points_of_the_domain()
NORMAL = DOMAIN[DOMAIN <= LAST_NORMAL]


class TestAccuracy:
    def test_tail(self):
        assert worst(NORMAL, H(NORMAL), twin.H) <= RELATIVE_ERROR

    def test_logarithm(self):
        assert worst(DOMAIN, log_H(DOMAIN), twin.log_H) <= RELATIVE_ERROR

    def test_inverse_mills(self):
        assert worst(DOMAIN, inverse_mills(DOMAIN), twin.inverse_mills) <= RELATIVE_ERROR

    def test_split_tail(self):
        s, mills = np.empty_like(DOMAIN), np.empty_like(DOMAIN)
        fill_split(DOMAIN, s, mills)

        def exact(x):
            with mp.workdps(60):
                return twin.H(x) * mp.exp(mpf(max(x, 0.0)) ** 2 / 2)

        assert worst(DOMAIN, s, exact) <= RELATIVE_ERROR
        assert worst(DOMAIN, mills, twin.inverse_mills) <= RELATIVE_ERROR

    @settings(max_examples=300, deadline=None)
    @given(st.floats(-37.0, 1e6))
    def test_anywhere(self, x):
        h, log_h, mills = tails(x)
        assert relative_error(log_h, twin.log_H(x)) <= RELATIVE_ERROR
        assert relative_error(mills, twin.inverse_mills(x)) <= RELATIVE_ERROR
        if x <= LAST_NORMAL:
            assert relative_error(h, twin.H(x)) <= RELATIVE_ERROR

    @settings(max_examples=200, deadline=None)
    @given(st.floats(-37.0, 45.0))
    def test_scalar_path_agrees_with_the_vector_path(self, x):
        vector = tails(np.full(9, x))
        for one, many in zip(tails(x), vector, strict=True):
            assert np.allclose(many, one, rtol=1e-15, atol=5e-324)

    @pytest.mark.parametrize("x", [37.6, 38.0, 38.4, 38.5, 38.56, 38.6, 39.0, 50.0, 1e6])
    def test_subnormal_to_one_unit_in_the_last_place(self, x):
        unit = mpf(2) ** -1074
        assert abs(mpf(float(H(x))) - twin.H(x)) <= unit
        assert abs(mpf(float(log_H(-x))) - twin.log_H(-x)) <= unit
        assert abs(mpf(float(inverse_mills(-x))) - twin.inverse_mills(-x)) <= unit * (1 + 1e-12)

    @pytest.mark.parametrize("x", [1e10, 1e20, 1e150])
    def test_asymptotic_values_far_out(self, x):
        # A(x) = x + 1/x − …, and log H(x) = −x²/2 up to a relative correction 2 log(x)/x²
        assert math.isclose(inverse_mills(x), x, rel_tol=RELATIVE_ERROR)
        assert math.isclose(log_H(x), -0.5 * x * x, rel_tol=RELATIVE_ERROR)


class TestIdentities:
    """Each holds for the true functions whatever the twin says."""

    @settings(max_examples=200, deadline=None)
    @given(st.floats(-40.0, 40.0))
    def test_reflection(self, x):
        assert abs(H(x) + H(-x) - 1.0) <= 4e-16

    @settings(max_examples=200, deadline=None)
    @given(st.floats(-37.0, 37.0))
    def test_logarithm_is_that_of_the_tail(self, x):
        h, log_h, _ = tails(x)
        assert abs(math.log(h) - log_h) <= 2e-15 * max(1.0, -log_h)

    @settings(max_examples=200, deadline=None)
    @given(st.floats(-37.0, 37.0))
    def test_product_of_mills_and_tail_is_the_density(self, x):
        h, _, mills = tails(x)
        assert relative_error(mills * h, twin.density(x)) <= 4e-15

    @settings(max_examples=200, deadline=None)
    @given(st.floats(0.0, 1e6))
    def test_mills_lies_between_its_bounds(self, x):
        # for x ≥ 0, Sampford: (3x + √(x² + 8))/4 ≤ A, and Birnbaum: A ≤ (x + √(x² + 4))/2
        mills, room = inverse_mills(x), 1.0 + RELATIVE_ERROR
        assert (3.0 * x + math.sqrt(x * x + 8.0)) / 4.0 <= room * mills
        assert mills <= room * (x + math.sqrt(x * x + 4.0)) / 2.0

    def test_monotone(self):
        x = np.linspace(-37.0, 37.0, 2000)
        h, log_h, mills = tails(x)
        assert (np.diff(h) <= 0).all()
        assert (np.diff(log_h) < 0).all()
        assert (np.diff(mills) > 0).all()

    @pytest.mark.parametrize("x", [-20.0, -3.0, -0.5, 0.0, 0.7, 2.0, 10.0, 1000.0])
    def test_twin_obeys_the_definition_and_the_differential_equation(self, x):
        with mp.workdps(60):
            if abs(x) < 50:
                integral = mp.quad(twin.density, [x, max(x + 5, 5), max(x + 20, 20), max(x + 60, 60)])
                assert abs(integral / twin.H(x) - 1) < mpf(10) ** -45
            step = mpf(10) ** -20

            def slope(f):
                # Richardson: error step⁴
                wide = (f(x + 2 * step) - f(x - 2 * step)) / (4 * step)
                narrow = (f(x + step) - f(x - step)) / (2 * step)
                return (4 * narrow - wide) / 3

            mills = twin.inverse_mills(x)
            assert abs(slope(twin.log_H) / -mills - 1) < mpf(10) ** -30
            assert abs(slope(twin.inverse_mills) / (mills * (mills - x)) - 1) < mpf(10) ** -30


class TestLimits:
    def test_infinities(self):
        h, log_h, mills = tails([math.inf, -math.inf])
        assert h.tolist() == [0.0, 1.0]
        assert log_h.tolist() == [-math.inf, 0.0]
        assert mills.tolist() == [math.inf, 0.0]

    def test_zero(self):
        assert H(0.0) == H(-0.0) == pytest.approx(0.5, rel=1e-15)

    def test_kernel_hands_on_nan(self):
        x = np.array([math.nan, 1.0, -math.nan, 2.0, math.nan])
        out = np.empty((3, 5))
        _fill_tails(x, *out)
        assert np.isnan(out[:, [0, 2, 4]]).all() and np.isfinite(out[:, [1, 3]]).all()
        fill_split(x, *out[:2])
        assert np.isnan(out[:2, [0, 2, 4]]).all()


class TestArguments:
    @pytest.mark.parametrize("function", [H, log_H, inverse_mills])
    @pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (2, 3), (3, 1, 5)])
    def test_shape_is_kept(self, function, shape):
        result = function(np.ones(shape))
        assert np.shape(result) == shape
        assert (result == function(1.0)).all()

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8, np.int64, np.uint16])
    def test_every_real_type_gives_doubles(self, dtype):
        for result, expected in zip(tails(np.array([0, 1, 3], dtype)), tails([0.0, 1.0, 3.0]), strict=True):
            assert result.dtype == np.float64
            assert np.array_equal(result, expected)

    def test_strided_and_transposed(self):
        x = np.arange(24.0).reshape(4, 6) - 12.0
        assert np.array_equal(log_H(x.T[::2, ::-1]), log_H(x).T[::2, ::-1])

    def test_together_and_alone_agree(self):
        for together, alone in zip(tails(DOMAIN), (H, log_H, inverse_mills), strict=True):
            assert np.allclose(together, alone(DOMAIN), rtol=1e-15, atol=5e-324)

    def test_argument_is_not_changed(self):
        x = np.linspace(-3, 3, 11)
        before = x.copy()
        tails(x)
        assert np.array_equal(x, before)

    @pytest.mark.parametrize("function", [H, log_H, inverse_mills, tails])
    @pytest.mark.parametrize("x", ["1", None, 1j, True, [1.0, "a"], [None], {}, np.array([1 + 0j])], ids=repr)
    def test_non_numbers(self, function, x):
        with pytest.raises(TypeError, match=r"^x is .*; it must be a real number or an array of real numbers\.$"):
            function(x)

    @pytest.mark.parametrize("function", [H, log_H, inverse_mills, tails])
    @pytest.mark.parametrize("x", [math.nan, [0.0, math.nan], [[math.nan, -math.inf]], np.float32("nan")], ids=repr)
    def test_nan(self, function, x):
        with pytest.raises(ValueError, match=r"^x is .*; every entry must be a real number or ±∞, not NaN\.$"):
            function(x)


class TestKernel:
    def test_constants_are_those_derived(self):
        for name, value in coefficients.derive().items():
            assert getattr(coefficients, name) == value

    def test_loop_is_vectorised(self):
        if not llvm.get_host_cpu_features().get("avx2", False):
            pytest.skip("the check reads x86 vector instructions")
        # numba keeps no assembly of what it loads from its cache, so compile again
        fresh = njit(error_model="numpy", fastmath={"contract", "nsz"})(_fill_tails.py_func)
        for loop in (fresh, fill_from_plain_caller):
            loop(*np.ones((4, 8)))
            (assembly,) = loop.inspect_asm().values()
            # three divisions an element, on four elements or more at once
            assert len(re.findall(r"vdivpd\s.*[yz]mm", assembly)) >= 3

    def test_a_caller_without_fast_math_gets_the_same_accuracy(self):
        out = np.empty((3, NORMAL.size))
        fill_from_plain_caller(NORMAL, *out)
        for got, function in zip(out, (twin.H, twin.log_H, twin.inverse_mills), strict=True):
            assert worst(NORMAL[::7], got[::7], function) <= RELATIVE_ERROR

