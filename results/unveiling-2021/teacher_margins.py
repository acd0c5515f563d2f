"""Students around those of the largest margin, by their saddle points, where the profile stops being monotonic.

Ten seconds for each load.

    python results/unveiling-2021/teacher_margins.py
"""

import numpy as np

from flatminima import sweeps
from flatminima.ensembles import teacher_student

LOADS = (1.03, 1.04, 1.045, 1.05)
DISTANCES = np.concatenate([[0.1, 0.05, 0.02], np.geomspace(0.012, 0.003, 7)])


def profile(alpha, closest=0.0):
    """Order parameters, entropy and slope at each distance from `closest` on that the branch reaches."""
    margin = teacher_student.max_margin(alpha)
    states = [state for state in teacher_student.around(DISTANCES[DISTANCES >= closest], alpha, margin) if state]
    names = ("distance", "p", "t0", "r", "delta_hat", "entropy", "slope", "residual")
    return {"margin": margin, **{name: np.array([getattr(state, name) for state in states]) for name in names}}


STUDY = sweeps.Study(
    "unveiling-2021/teacher_margins",
    profile,
    units=[{"alpha": alpha} for alpha in LOADS] + [{"alpha": 0.9, "closest": 0.05}],  # the last is quick to recompute
    version=1,
    recompute={"alpha": 0.9, "closest": 0.05},
    tolerance=1e-6,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
