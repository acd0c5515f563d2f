"""Displayed equations: a place that can be linked for each that has a tag, and links from there."""

import re
from collections.abc import Mapping, Sequence

from docutils import nodes

from flatminima.ledger import anchors, places


def leave_to_mathjax(doctree: nodes.document) -> None:
    r"""Hand each display to MathJax exactly as it is written.

    Sphinx would put displays of several lines into an environment `split`, which allows no \tag.
    """
    for display in doctree.findall(nodes.math_block):
        display["no-wrap"] = True
        display[:] = [nodes.Text(rf"\[{display.astext()}\]")]


def add_links(doctree: nodes.document, links: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    r"""Give each tagged display its place, and a quiet row below: a link to the place, and those of `links`.

    `links` holds texts and addresses by the names in the \tag. Of two displays with one name, or names
    that differ in signs alone, the first is the place.
    """
    taken: set[str] = set()
    for display in list(doctree.findall(nodes.math_block)):
        names = [name for name in places.tagged(display.astext()) if anchors.displayed(name) not in taken]
        if names:
            display["ids"] += dict.fromkeys(anchors.displayed(name) for name in names)
            taken.update(display["ids"])
            row = nodes.paragraph(classes=["equation-links"])
            itself = (f"({names[0]})", f"#{display['ids'][0]}")  # by its number, which a wide display hides on a phone
            for text, address in dict.fromkeys([itself, *_further(names, links)]):
                row += nodes.reference("", text, refuri=address)
            display.parent.insert(display.parent.index(display) + 1, row)


def _further(names: Sequence[str], links: Mapping[str, Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
    """The links of all `names`; of several, each says first which it is."""
    linked = [name for name in names if links.get(name)]
    further = []
    for name in linked:
        (text, address), *others = links[name]
        further += [(f"({name}) {text}" if len(linked) > 1 else text, address), *map(tuple, others)]
    return further
