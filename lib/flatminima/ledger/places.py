"""Where in the book each equation stands: the formula on display, and the chapter it is at home in."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_TAG = re.compile(r"\s*\\tag\{([^{}]*)\}")
_STOP = re.compile(r"\s*(?<!\\)[.,;]$")  # of the sentence that a display ends


def names(tag: str) -> list[str]:
    r"""The equations that one \tag names: itself, and the parts between its commas.

    >>> names("4, B3")
    ['4, B3', '4', 'B3']
    >>> names("14b")
    ['14b']
    """
    parts = [part.strip() for part in tag.split(",")]
    return [tag, *parts] if len(parts) > 1 else [tag]


def tagged(latex: str) -> list[str]:
    r"""The names in all \tag's of one display.

    >>> tagged(r"a = b \tag{10a} \\ c = d \tag{10b}")
    ['10a', '10b']
    """
    return [name for tag in _TAG.findall(latex) for name in names(tag)]


def displays(text: str) -> dict[str, str]:
    r"""Every displayed equation of a chapter's text by the names in its \tag: LaTeX without tag and full stop.

    Where two displays share a name, the first one counts.

    >>> displays(r"so $$x^2 = y . \tag{2, A3}$$ and $$x = 0.$$")
    {'2, A3': 'x^2 = y', '2': 'x^2 = y', 'A3': 'x^2 = y'}
    """
    found: dict[str, str] = {}
    for latex in _DISPLAY.findall(text):
        for name in tagged(latex):
            found.setdefault(name, _STOP.sub("", _TAG.sub("", latex).strip()))
    return found


def home(label: str, records: Iterable[Mapping], displayed: Mapping[str, Mapping[str, str]]) -> tuple[str, str | None]:
    r"""The chapter where an equation is derived, and its LaTeX there, None where no \tag names it.

    That is the first chapter of its paper that displays it, one that checks it before one that does not;
    else the first chapter that checks it. `displayed` holds the `displays` of each chapter.
    """
    paper, _, name = label.removesuffix(")").partition(" (")
    checking = list(dict.fromkeys(r["chapter"] for r in records if (r["kind"], r["label"]) == ("equation", label)))
    # A chapter of another paper has other equations under the same numbers.
    showing = [chapter for chapter, shown in displayed.items() if chapter.startswith(f"{paper}/") and name in shown]
    for chapter in [*(chapter for chapter in checking if chapter in showing), *showing]:
        return chapter, displayed[chapter][name]
    return checking[0], None


def formulas() -> dict[str, str]:
    r"""The LaTeX of equations that no \tag names, by label.

    >>> formulas()["shaping-2020 (d0)"]
    'd_0 \\equiv y\\, (q_1 - q_0)'
    """
    text = files("flatminima.ledger").joinpath("formulas.toml").read_text(encoding="utf-8")
    return {f"{paper} ({name})": latex.strip() for paper, names in tomllib.loads(text).items() for name, latex in names.items()}


def indices(records: Sequence[Mapping]) -> list[tuple[int, Mapping]]:
    """Each record with its number within its own chapter, counted from 0."""
    counts: dict[str, int] = {}
    numbered = []
    for record in records:
        index = counts.get(record["chapter"], 0)
        counts[record["chapter"]] = index + 1
        numbered.append((index, record))
    return numbered
