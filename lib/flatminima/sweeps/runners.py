"""Where units are computed: in processes of this machine, or on a Dask cluster that is there already.

Both are executors in the sense of `concurrent.futures`, so that the rest need not know which.
"""

import os
import threading
import time
from contextlib import contextmanager

import joblib
from joblib.externals import loky

from flatminima.networks.patterns import positive_integer

ADDRESS = "DASK_SCHEDULER_ADDRESS"
THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
)


@contextmanager
def executor(workers=None, usual=None):
    """The executor that the environment asks for, of `usual` processes where the call does not say how many.

    Raises ValueError or TypeError for a wrong number of workers.
    """
    address = os.environ.get(ADDRESS)
    if workers is not None:
        if address:
            raise ValueError(f"workers is {workers}, but {ADDRESS} is set; a cluster has the workers that it has.")
        positive_integer("workers", workers)
    with cluster(address) if address else processes(workers or usual or joblib.cpu_count()) as chosen:
        yield chosen


@contextmanager
def processes(workers):
    """Loky's processes, which are never forked, with one thread each; JAX does not heed that, and takes one a processor.

    A single worker is a process too. In our own process, linear algebra would run with more
    threads and might round otherwise: the outcomes would depend on the number of workers.
    """
    environment = dict.fromkeys(THREADS, "1")
    pool = loky.ProcessPoolExecutor(workers, env=environment, initializer=_end_with, initargs=(os.getpid(),))
    try:
        yield pool
    except BaseException:
        pool.shutdown(kill_workers=True)  # an interrupt ends now, and not with the last unit
        raise
    pool.shutdown()


@contextmanager
def cluster(address):
    """The Dask cluster with its scheduler at `address`; raises ModuleNotFoundError or ConnectionError."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f"{ADDRESS} is set, but the package distributed is not installed: "
            "install the extra `cluster` of flatminima, or unset the variable."
        ) from None
    try:
        client = Client(address, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise ConnectionError(f"{ADDRESS} is {address}, and no Dask scheduler answers there: {problem}") from None
    with client:
        yield client.get_executor(pure=False)


def _end_with(parent):
    """Let a worker end when the process that started it is gone, killed perhaps without a word."""

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
