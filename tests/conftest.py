"""What all tests share."""

import matplotlib
from hypothesis import settings

matplotlib.use("Agg")  # no test opens a window

# The same examples everywhere and no time limit an example: a slow machine is no failure.
settings.register_profile("project", derandomize=True, deadline=None)
settings.load_profile("project")
