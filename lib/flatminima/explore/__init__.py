"""Local entropy profiles behind sliders: what may be chosen, the curve of a choice, and the widgets that redraw it.

`profiles` and `picture` know nothing of widgets; `Explorer` needs ipywidgets, and is loaded when first asked for.
"""

from flatminima.explore.profiles import ACTIVATIONS, WEIGHTS, Profile, largest_load, largest_margin, profile

__all__ = ["ACTIVATIONS", "WEIGHTS", "Explorer", "Profile", "largest_load", "largest_margin", "profile"]


def __getattr__(name):
    """The widgets are a matter of notebooks: the rest works without them."""
    if name != "Explorer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flatminima.explore.explorer import Explorer

    return Explorer
