"""The part of a study's units that one job of an array computes."""

import os
from numbers import Integral


def parse(text):
    """Return (i, n) from "i/n", the i-th of n shards, counted from 1; raises ValueError.

    >>> parse("2/3")
    (2, 3)
    >>> parse("0/3")
    Traceback (most recent call last):
    ValueError: shard is 0/3; it must be i/n with integers 1 <= i <= n.
    """
    try:
        index, count = map(int, text.split("/"))
    except ValueError:
        index, count = 0, 0
    if not 1 <= index <= count:
        raise ValueError(f"shard is {text}; it must be i/n with integers 1 <= i <= n.")
    return index, count


def from_environment(environment=os.environ):
    """Return (i, n) of the SLURM array job that we are a part of, or None outside of one.

    >>> from_environment({"SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "4"})
    (3, 3)
    """
    if "SLURM_ARRAY_TASK_ID" not in environment:
        return None
    try:
        task, count = int(environment["SLURM_ARRAY_TASK_ID"]), int(environment["SLURM_ARRAY_TASK_COUNT"])
        first, step = int(environment.get("SLURM_ARRAY_TASK_MIN", 0)), int(environment.get("SLURM_ARRAY_TASK_STEP", 1))
    except (KeyError, ValueError):
        raise ValueError("SLURM_ARRAY_TASK_ID is set without a valid SLURM_ARRAY_TASK_COUNT; give --shard i/n.") from None
    if step < 1:
        raise ValueError(f"SLURM_ARRAY_TASK_STEP is {step}; it must be an integer from 1 on: give --shard i/n.")
    index, rest = divmod(task - first, step)
    if rest or not 0 <= index < count:
        raise ValueError(f"SLURM_ARRAY_TASK_ID is {task}, which is none of {count} tasks from {first} on; give --shard i/n.")
    return index + 1, count


def part(units, shard):
    """The units of one shard: every n-th one, so that units of one kind are spread over all shards.

    >>> part(list("abcde"), (2, 2))
    ['b', 'd']
    """
    if shard is None:
        return list(units)
    if not (isinstance(shard, tuple) and len(shard) == 2 and all(isinstance(number, Integral) for number in shard)):
        raise TypeError(f"shard is {shard!r}; it must be a pair (i, n) of integers.")
    index, count = parse("{}/{}".format(*shard))
    return list(units[index - 1 :: count])
