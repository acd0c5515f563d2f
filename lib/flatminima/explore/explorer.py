"""The sliders: thin, for all they show is made by `profiles` and `picture`."""

from html import escape

import ipywidgets as widgets

from flatminima.explore.picture import Picture, reading
from flatminima.explore.profiles import ACTIVATIONS, WEIGHTS, largest_load, largest_margin, profile

_LEAST_LOAD = 0.1
_LOAD_STEP, _MARGIN_STEPS = 0.01, 200
_WIDE = widgets.Layout(width="34em", max_width="95%")


class Explorer(widgets.VBox):
    """Sliders for load and margin, choices of weights and activation, and the local entropy profile they lead to.

    The sliders' ranges follow the choices: loads up to `largest_load`, margins up to `largest_margin` at that load.
    `activations` maps names to architectures; those of your own, made by `architectures.committee`, may be among them.
    """

    def __init__(self, activations=ACTIVATIONS):
        self.weights = widgets.ToggleButtons(options=WEIGHTS, description="weights")
        self.activation = widgets.Dropdown(options=activations, description="activation")
        self.alpha = widgets.FloatSlider(0.5, min=_LEAST_LOAD, step=_LOAD_STEP, description="load α", layout=_WIDE)
        self.kappa = widgets.FloatSlider(0.1, min=0.0, description="margin κ̃", readout_format=".4f", layout=_WIDE)
        self.reading = widgets.HTML()
        self.image = widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
        self._pictures = {kind: Picture(kind) for kind in WEIGHTS.values()}
        super().__init__([widgets.HBox([self.weights, self.activation]), self.alpha, self.kappa, self.reading, self.image])
        self._moving = False
        for widget in (self.weights, self.activation, self.alpha, self.kappa):
            widget.observe(self._changed, "value")
        self._changed()

    def __repr__(self):
        return f"Explorer: {self._choice()}"

    def _choice(self):
        return f"{self.weights.label} weights, activation {self.activation.label}, α = {self.alpha.value:g}"

    def _changed(self, _=None):
        """Bring ranges, picture and sentence up to date, once: a value that a new range cuts off comes here again."""
        if self._moving:
            return
        self._moving = True
        machine = self.weights.value, self.activation.value
        try:
            self.alpha.max = _LOAD_STEP * int(largest_load(*machine) / _LOAD_STEP)
            highest = largest_margin(self.alpha.value, *machine)
            self.kappa.max, self.kappa.step = highest, highest / _MARGIN_STEPS
        finally:
            self._moving = False
        found = profile(self.alpha.value, self.kappa.value, *machine)
        self.image.value = self._pictures[self.weights.value].draw(found)
        self.reading.value = escape(f"κ̃ from 0 to {highest:.4f} at this load. {reading(found)}")
