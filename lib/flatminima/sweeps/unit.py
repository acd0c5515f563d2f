"""One unit, as a worker computes it."""

import importlib.metadata
import os
import platform
import sys
import time
import traceback
from datetime import datetime, timezone

from flatminima.sweeps.store import as_arrays

PACKAGES = ("numpy", "scipy", "numba")


def compute(function, parameters):
    """Return (arrays, circumstances, None), or (None, None, traceback) where the function raised.

    A traceback as text passes between processes; not every exception does.
    """
    began = time.perf_counter()
    try:
        arrays = as_arrays(function(**parameters))
    except Exception:
        return None, None, traceback.format_exc()
    packages = {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in PACKAGES}
    machine = {"system": platform.system(), "architecture": platform.machine(), "processors": os.cpu_count()}
    if jax := sys.modules.get("jax"):  # only if the function has used it
        packages["jax"], machine["device"] = jax.__version__, jax.devices()[0].device_kind
    circumstances = {
        "packages": packages,
        "machine": machine,
        "seconds": round(time.perf_counter() - began, 3),
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    return arrays, circumstances, None
