"""Names of places in the book's pages, so that anything in the ledger can be linked."""

import html
import re


def slug(text: str) -> str:
    """`text` as a name in an address: letters, digits and underscores stay, anything else becomes a hyphen.

    >>> slug("unveiling-2021 (14b)")
    'unveiling-2021-14b'
    """
    return re.sub(r"\W+", "-", text).strip("-")


def row(kind: str, label: str) -> str:
    """The row of an equation, number or panel in its page of the ledger.

    >>> row("equation", "unveiling-2021 (14b)")
    'equation-unveiling-2021-14b'
    """
    return slug(f"{kind} {label}")


def displayed(tag: str) -> str:
    r"""The place in a chapter where the equation \tag{14b} is displayed.

    >>> displayed("14b")
    'eq-14b'
    """
    return slug(f"eq {tag}")


def check(index: int) -> str:
    """The line in a chapter's output that printed its ledger record number `index`, counted from 0."""
    return f"check-{index}"


def address(page: str, anchor: str = "", *, root: str = "../") -> str:
    """The address of a place on another page, as in `link`.

    >>> address("ledger/equations", row("equation", "unveiling-2021 (14b)"))
    '../ledger/equations.html#equation-unveiling-2021-14b'
    """
    return f"{root}{page}.html{'#' if anchor else ''}{anchor}"


def link(text: str, page: str, anchor: str = "", *, root: str = "../") -> str:
    """A link in HTML to a place on another page; `root` leads from where it is written to the top of the site.

    >>> link("(14b)", "unveiling-2021/02-replica-symmetric-entropy", "eq-14b")
    '<a href="../unveiling-2021/02-replica-symmetric-entropy.html#eq-14b">(14b)</a>'
    """
    return f'<a href="{address(page, anchor, root=root)}">{html.escape(text)}</a>'
