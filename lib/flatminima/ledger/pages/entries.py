"""The looks that all pages of the ledger share: an entry, its verdict, and a row of links to entries."""

import html
from collections.abc import Iterable

from flatminima.ledger import anchors, registry

MARKS = {verdict: "✓" for verdict in ("verified", "definition", "reproduced")}
MARKS |= {verdict: "✗→" for verdict in ("misprint", "corrected", "not reproduced")}


def entry(kind: str, label: str, *body: str, verdict: str = "") -> str:
    """One entry with its anchor; each part of `body` is a block of HTML or a display."""
    classes = " ".join(("ledger-entry", *([f"ledger-{anchors.slug(verdict)}"] if verdict else [])))
    blocks = "\n\n".join(part for part in body if part)
    return f'<div class="{classes}" id="{anchors.row(kind, label)}">\n\n{blocks}\n\n</div>\n'


def head(title: str, *notes: str, verdict: str = "") -> str:
    """The first line of an entry: its title, its verdict and what else fits in a few words, all HTML."""
    badge = f'<span class="ledger-verdict">{MARKS[verdict]} {verdict}</span>' if verdict else ""
    parts = [f'<span class="ledger-title">{title}</span>', badge, *(f"<span>{note}</span>" for note in notes)]
    return f'<p class="ledger-head">{" ".join(part for part in parts if part)}</p>'


def line(name: str, parts: Iterable[str], separator: str = " · ") -> str:
    """A named line of HTML, or nothing where there is nothing to say."""
    joined = separator.join(parts)
    return f'<p class="ledger-line"><b>{name}</b> {joined}</p>' if joined else ""


def index(kind: str, labels: Iterable[tuple[str, str, str]]) -> str:
    """Links to the entries below, each given as (label, what to show, verdict)."""
    links = (
        f'<a class="ledger-{anchors.slug(verdict)}" href="#{anchors.row(kind, label)}">{html.escape(shown)}</a>'
        for label, shown, verdict in labels
    )
    return f'<p class="ledger-index">{" ".join(links)}</p>\n'


def part(paper: str) -> str:
    """The heading of a paper's entries."""
    return f"## {paper}\n\n*{registry.papers()[paper]['title']}*\n"


def waiting(paper: str, ledger: str) -> str:
    """What of a paper's "equations", "numbers" or "figures" waits for later chapters; nothing where nothing does."""
    left = registry.papers()[paper]["open"]
    named = {
        "equations": [f"({name})" for name in left["equations"]],
        "numbers": left["numbers"],
        "figures": [f"{figure} ({', '.join(panels)})" for figure, panels in left["figures"].items()],
    }[ledger]
    return f"Waiting for later chapters, {left['reason']}: {', '.join(named)}.\n" if named else ""


def duration(seconds: float) -> str:
    """How long a run took, as a reader wants to know it.

    >>> duration(12.4), duration(95)
    ('12 s', '1.6 minutes')
    """
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.1f} minutes"
