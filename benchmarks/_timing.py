"""Least time of several runs: what a benchmark reports."""

import time


def best(action, repeats):
    """Least processor time of several runs, and the result."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        result = action()
        times.append(time.process_time() - start)
    return min(times), result
