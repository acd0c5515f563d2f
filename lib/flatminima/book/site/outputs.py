"""Check lines in the output of cells: each is a place that can be linked, and links to its row of the ledger."""

from collections.abc import Iterator, Sequence

from docutils import nodes

from flatminima.ledger import anchors, registry

_MARKS = {"✓": "verified", "✗→": "corrected"}  # what a check line begins with, and how the site calls it


def add_links(doctree: nodes.document, records: Sequence[dict]) -> None:
    """Link the check lines that the chapter printed to the ledger.

    The lines must be those of `records`, the chapter's records in their order; raises `ValueError`
    where they are not.
    """
    numbered = enumerate(records)
    for block in doctree.findall(nodes.literal_block):
        if "stream" in block["classes"]:
            lines = block.astext().splitlines(keepends=True)
            block[:] = [node for line in lines for node in _line(line, numbered)]
            block.rawsource = ""  # Sphinx then shows the nodes, instead of colouring the text
    left = [record["line"] for _, record in numbered]
    if left:
        raise ValueError(f"{len(left)} records of the ledger have no line on the page, the first: {left[0]}")


def _line(text: str, numbered: Iterator[tuple[int, dict]]) -> list[nodes.Node]:
    mark, _, _ = text.partition(" ")
    if mark not in _MARKS:
        return [nodes.Text(text)]
    index, record = next(numbered, (0, {"line": "nothing"}))
    if text.rstrip("\n") != record["line"]:
        raise ValueError(f"the page prints {text!r} where the ledger has {record['line']!r}")
    label = record["label"]
    before, _, after = text.removeprefix(mark).partition(label)
    line = nodes.inline(ids=[anchors.check(index)], classes=["check", _MARKS[mark]])
    line += nodes.inline("", mark, classes=["check-mark"])
    line += nodes.Text(before)
    line += nodes.reference("", label, refuri=_row(record, index))
    line += nodes.Text(after)
    return [line]


def _row(record: dict, index: int) -> str:
    """Where the ledger has the record; a statement of the book's own has no row but this line."""
    kind, label = record["kind"], record["label"]
    if label.startswith(registry.OWN):
        return f"#{anchors.check(index)}"
    return anchors.address(f"ledger/{kind}s", anchors.row(kind, label))
