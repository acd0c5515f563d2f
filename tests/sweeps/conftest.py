"""A small study, as a script that can also be run, with its outcomes in a folder of the test."""

import pytest

SCRIPT = '''
import time
import numpy as np
from flatminima import sweeps

SCALE = 3.0

def helper(matrix):
    return SCALE * matrix @ matrix.T

def sample(kind, sample):
    draw = np.random.default_rng([len(kind), sample])
    matrix = draw.standard_normal((150, 150))
    time.sleep(PAUSE)
    return {"product": helper(matrix)[:5, :5], "weights": matrix[0].astype(np.float32), "epochs": sample, "kind": kind}

STUDY = sweeps.Study("demo/products", sample, [{"kind": kind, "sample": s} for kind in ("a", "bb") for s in range(4)],
                     version=2, recompute={"kind": "a", "sample": 1}, tolerance=1e-12, folder=FOLDER)

if __name__ == "__main__":
    sweeps.main(STUDY)
'''

VARIABLES = (
    "DASK_SCHEDULER_ADDRESS", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP",
)


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Write the script of the study, and return where."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)

    def write(pause=0.0, folder="outcomes", name="products.py"):
        path = tmp_path / name
        path.write_text(f"PAUSE, FOLDER = {pause!r}, {str(tmp_path / folder)!r}\n{SCRIPT}")
        return path

    return write
