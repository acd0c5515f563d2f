"""How much of what the papers state is covered, and how it came out."""

from collections import Counter
from collections.abc import Sequence

from flatminima.ledger import registry

# Page, kind of entry in the registry, and how the page's tally begins.
_LEDGERS = (("equations", "equation", "Equations"), ("numbers", "number", "Numbers"), ("figures", "panel", "Figure panels"))
_PLURAL = {"misprint": "misprints", "definition": "definitions"}  # the verdicts that are nouns


def tallies(records: Sequence[dict]) -> dict[str, str]:
    """One sentence a ledger: how much the papers state, how much of it is covered, how it came out."""
    required, postponed, done = registry.required(), registry.postponed(), registry.recorded(records)
    lines = {}
    for page, kind, title in _LEDGERS:
        stated = sorted(label for of, label in required if of == kind)
        covered = [label for label in stated if (kind, label) in done]
        lines[page] = f"{title}: {len(covered)} of {len(stated)}"
        if kind != "panel":  # a panel is drawn or it is not
            verdicts = Counter(verdict(records, kind, label) for label in covered)
            lines[page] += "".join(
                f", {count} {_PLURAL.get(name, name) if count > 1 else name}" for name, count in verdicts.most_common()
            )
        later = sum(of == kind for of, _ in postponed)
        lines[page] += f" ({later} more wait for later chapters)." if later else "."
    own = sum(record["label"].startswith(registry.OWN) for record in records)
    lines["equations"] += f" Checks of the foundations: {own}."
    return lines


def verdict(records: Sequence[dict], kind: str, label: str) -> str:
    """The verdict on one entry with perhaps several checks: the most telling one."""
    verdicts = {record["verdict"] for record in records if (record["kind"], record["label"]) == (kind, label)}
    order = ("misprint", "not reproduced", "corrected", "reproduced", "verified", "definition")
    return min(verdicts, key=order.index)
