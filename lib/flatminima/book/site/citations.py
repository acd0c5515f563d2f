"""Which equations of the papers a docstring cites."""

import re
from functools import cache

from flatminima.ledger import registry

_NUMBER = re.compile(r"([A-E]?\d+)([a-z]?)")
_PAPER = re.compile("|".join(registry.papers()))
_SENTENCE = re.compile(r"\.(?=\s|$)|\n\s*\n")
_EXAMPLE = re.compile(r"^ *>>>.*?(?:\n\s*\n|\Z)", re.DOTALL | re.MULTILINE)
_LABELS = re.compile(r"(below )?(?<!\S)\(([^()]+)\)(?:–\(([^()]+)\))?")


def cited(text: str) -> list[str]:
    """Labels of the ledger that `text` cites: brackets after a paper's name, up to the end of the sentence.

    A number without its letter stands for all its parts, a dash for everything numbered in between. Named
    equations are cited by the ledger's name. "below (2)" cites nothing: it says where to look in the paper. So do examples.
    Raises ValueError for a number that the paper does not have.

    >>> cited("The terms of unveiling-2021 (13) and (14), relu-2019 (D1)–(D3) and (Dz, H), at fixed (any) m.")[:4]
    ['unveiling-2021 (13)', 'unveiling-2021 (14a)', 'unveiling-2021 (14b)', 'relu-2019 (D1)']
    >>> cited("unveiling-2021, below (2)")
    []
    """
    labels = []
    text = _EXAMPLE.sub("", text)
    names = list(_PAPER.finditer(text))
    for name, following in zip(names, [*names[1:], None]):
        sentence = _SENTENCE.split(text[name.end() : following and following.start()], maxsplit=1)[0]
        for below, first, last in _LABELS.findall(sentence):
            if not below:
                labels += [f"{name[0]} ({label})" for label in _between(name[0], first, last or first)]
    return list(dict.fromkeys(labels))


def _between(paper: str, first: str, last: str) -> list[str]:
    """The paper's equations from `first` to `last`, in its order; none for brackets around mere words."""
    known = _equations(paper)
    if first == last and not _NUMBER.fullmatch(first):
        return [first] if first in known else []
    start, end = _parts(paper, first)[0], _parts(paper, last)[-1]
    numbered = [label for label in known if _NUMBER.fullmatch(label)]
    between = numbered[numbered.index(start) : numbered.index(end) + 1]
    if not between:
        raise ValueError(f"{paper} ({first})–({last}) runs backwards.")
    return between


def _parts(paper: str, number: str) -> list[str]:
    """The equation of this number, or those that are told apart by a letter after it."""
    parts = [label for label in _equations(paper) if label == number or re.fullmatch(re.escape(number) + "[a-z]", label)]
    if not parts or not _NUMBER.fullmatch(number):
        raise ValueError(f"{paper} has no equation ({number}).")
    return parts


@cache
def _equations(paper: str) -> list[str]:
    return registry.papers()[paper]["equations"]
