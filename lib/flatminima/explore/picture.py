"""The picture of a profile, redrawn by moving its lines, and what is to be seen there in a sentence."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from flatminima import plotting

_SAMPLES = 300
_DOTS = 100  # an inch
_STYLES = {"solid": "-", "dashed": "--", "dotted": ":"}


class Picture:
    """Two panels: the entropy as it is, and near the reference, on a logarithmic axis, compared with no patterns at all.

    Solid where solutions exist and replica symmetry is stable; dashed where it is not; dotted where the entropy of
    binary weights is negative. The axes stay where they are: all but the lines is drawn once.
    """

    def __init__(self, weights):
        plotting.use_style()
        self._weights = weights
        self._figure = Figure(figsize=(1.25 * plotting.PAGE, 0.45 * plotting.PAGE), dpi=_DOTS, layout="none")
        self._canvas = FigureCanvasAgg(self._figure)
        self._panels = self._figure.subplots(1, 2, gridspec_kw={"left": 0.07, "right": 0.99, "bottom": 0.16, "top": 0.97})
        whole, near = self._panels
        d = np.geomspace(1e-5, 0.5, _SAMPLES)
        whole.plot(d, self._bound(d), "k--", lw=1.1, label="without patterns")
        counted = weights.discrete
        whole.set(xlim=(0.0, 0.5), ylim=(-0.05, 0.72) if counted else (-0.8, 1.5), ylabel=r"local entropy $\phi_{FP}(d)$")
        compared = "in units of that without patterns" if counted else "less that without patterns"
        near.set(xlim=(1e-5, 0.5), ylim=(-1.0, 1.05) if counted else (-2.0, 0.1), ylabel=rf"$\phi_{{FP}}$, {compared}")
        near.set_xscale("log")
        for axes in self._panels:
            axes.axhline(0.0, color="k", lw=0.6)
            axes.set_xlabel("distance $d$")
        blue, red = plotting.COLOURS["blue"], plotting.COLOURS["vermillion"]
        self._lines = [
            {name: axes.plot([], [], style, color=blue, animated=True)[0] for name, style in _STYLES.items()}
            for axes in self._panels
        ]
        self._maximum = whole.plot([], [], "o", color=red, animated=True, label="maximum")[0]
        whole.legend(loc="lower right" if counted else "center right")
        self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self._figure.bbox)

    def draw(self, profile):
        """Draw `profile` and return the picture as PNG."""
        log_d = np.linspace(*np.log(profile.distances[[0, -1]]), _SAMPLES)
        d, entropy, stable, bound = np.exp(log_d), profile.curve(log_d), profile.stable(log_d), self._bound(np.exp(log_d))
        exists = entropy >= 0.0 if self._weights.discrete else np.full(d.size, True)
        parts = {"solid": exists & stable, "dashed": exists & ~stable, "dotted": ~exists}
        compared = entropy / bound if self._weights.discrete else entropy - bound
        self._canvas.restore_region(self._background)
        for axes, lines, values in zip(self._panels, self._lines, (entropy, compared)):
            for name, part in parts.items():
                lines[name].set_data(d, np.where(part, values, np.nan))
                axes.draw_artist(lines[name])
        if top := profile.maximum():
            self._maximum.set_data(*([x] for x in top))
            self._panels[0].draw_artist(self._maximum)
        stream = io.BytesIO()
        imsave(stream, self._canvas.buffer_rgba(), format="png", dpi=_DOTS, pil_kwargs={"compress_level": 1})
        return stream.getvalue()

    def _bound(self, distances):
        return np.array([self._weights.sphere(d) for d in distances])


def reading(profile):
    """The shape of a profile in a sentence: the phases of unveiling-2021, "Local entropy", for binary weights.

    >>> from flatminima.explore.profiles import BINARY, PERCEPTRON, profile
    >>> print(reading(profile(0.5, 0.3, BINARY, PERCEPTRON)))
    The number of solutions rises all the way to the maximum. Maximum: φ = 0.3144 at d* = 0.30.
    """
    top = profile.maximum()
    where = f" Maximum: φ = {top[1]:.4f} at d* = {top[0]:.2f}." if top else " The curve ends before its maximum."
    return _shape(profile) + where


def _shape(profile):
    counted = profile.reference.weights.discrete
    stationary, zeros = profile.stationary(), profile.zeros() if counted else ()
    if len(zeros) and profile.entropy[0] < 0.0:
        return f"No solutions up to d = {zeros[0]:.2g}, as far inwards as the curve goes."
    if len(zeros) > 1:
        return f"Dense near the reference; then no solutions between d = {zeros[0]:.2g} and {zeros[1]:.2g}."
    if len(stationary) > 2:
        return f"A barrier: fewer solutions at d = {stationary[1]:.2g} than at {stationary[0]:.2g}."
    return f"The {'number' if counted else 'volume'} of solutions rises all the way to the maximum."
