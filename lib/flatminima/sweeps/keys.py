"""What a unit is called: a file name that can be read, and a key that no other unit has."""

import hashlib
import json
import math
import re


def require_parameters(parameters):
    """Return the parameters of a unit as a dict, if each is a string or a finite number with a name.

    Raises TypeError for other kinds and ValueError for NaN and infinities, which have no unique text.

    >>> require_parameters({"rate": float("nan")})
    Traceback (most recent call last):
    ValueError: rate is nan; a parameter of a unit must be finite.
    """
    if not isinstance(parameters, dict):
        raise TypeError(f"a unit is {parameters!r}; it must be a dict of parameters.")
    for name, value in parameters.items():
        if not isinstance(name, str):
            raise TypeError(f"a parameter of a unit is named {name!r}; a name must be a string.")
        if type(value) not in (str, int, float, bool):
            raise TypeError(f"{name} is {value!r}; a parameter of a unit must be a str, int, float or bool.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} is {value!r}; a parameter of a unit must be finite.")
    return dict(parameters)


def key(study, version, parameters):
    """The SHA-256 of the study's name, its version and the parameters of a unit, whatever their order.

    >>> key("a/b", 1, {"x": 1, "y": 2}) == key("a/b", 1, {"y": 2, "x": 1})
    True
    >>> key("a/b", 1, {"x": 1}) == key("a/b", 2, {"x": 1})
    False
    """
    text = json.dumps([study, version, parameters], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_name(study, parameters):
    """The name of the file of a unit, the same in all versions: a new version takes the place of the old one.

    >>> file_name("shaping-2020/solutions", {"algorithm": "LAL", "sample": 3})
    'algorithm-LAL_sample-3_f950adcd.npz'
    """
    words = "_".join(f"{name}-{value}" for name, value in parameters.items())
    readable = re.sub(r"[^A-Za-z0-9_.+-]", "", words)[:80]
    return f"{readable}_{key(study, None, parameters)[:8]}.npz"
