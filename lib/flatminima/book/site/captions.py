"""Captions of the papers' figures: what is drawn, the data behind it, and how to draw it again."""

from docutils import nodes

from flatminima.book.site.notebooks import title
from flatminima.ledger import anchors
from flatminima.ledger.pages.entries import duration


def add(doctree: nodes.document, run: dict) -> None:
    """Put a caption below each cell that saved a figure of a paper.

    The command and the panels are those that the chapter entered into the ledger.
    """
    entered: dict[str, list[dict]] = {}
    for record in run["records"]:
        if record["kind"] == "figure":
            entered.setdefault(record["label"].replace(" ", "/"), []).append(record)
    for cell in list(doctree.findall(nodes.container)):
        name = cell.get("cell_metadata", {}).get("figure")
        if name in entered:
            cell += _caption(name, entered[name], run)


def _caption(name: str, records: list[dict], run: dict) -> nodes.paragraph:
    caption = nodes.paragraph(classes=["figure-caption"])
    caption += nodes.strong("", title(name))
    for text, address in (
        ("data (CSV)", f"../figures/{name}.csv"),
        ("PDF", f"../figures/{name}.pdf"),
        ("ledger", anchors.address("ledger/figures", anchors.row("figure", records[0]["label"]))),
    ):
        caption += nodes.Text(" · ")
        caption += nodes.reference("", text, refuri=address)
    caption += nodes.Text(" · ")
    caption += nodes.literal("", records[0]["command"])
    caption += nodes.Text(f" · {duration(run['seconds'])}")
    return caption
