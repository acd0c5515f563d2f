"""What must hold on every page of the site: `visits` has been to each."""

from flatminima.book.chapters import chapters

from .visits import DESKTOP, PHONE


def faults(visits, kind):
    """Page by page what was found of one kind, where anything was."""
    return {page: seen[kind] for page, seen in visits.items() if seen[kind]}


def test_the_book_is_there(visits):
    ledgers = [f"ledger/{name}.html" for name in ("equations", "numbers", "misprints", "figures")]
    pages = ["index.html", "choose.html", "reproducing.html", "api/index.html", *ledgers]
    assert {*pages, *(f"{chapter.name}.html" for chapter in chapters())} <= visits.keys()
    assert sum(seen["formulas"] for seen in visits.values()) > 10_000


def test_no_complaints_on_the_console(visits):
    assert faults(visits, "console") == {}


def test_nothing_is_fetched_from_outside(visits):
    local = ("file:", "data:", "blob:", "about:")
    outside = {page: [url for url in seen["requests"] if not url.startswith(local)] for page, seen in visits.items()}
    assert {page: urls for page, urls in outside.items() if urls} == {}
    assert all(seen["requests"] for seen in visits.values())  # the log does tell what is fetched


def test_every_formula_is_drawn(visits):
    assert faults(visits, "errors") == {}
    assert faults(visits, "undrawn") == {}


def test_no_raw_formula_is_left_in_the_prose(visits):
    assert faults(visits, "raw") == {}


def test_every_picture_is_there_and_described(visits):
    assert faults(visits, "broken") == {}
    assert faults(visits, "nameless") == {}


def test_every_link_leads_to_a_page_and_a_place_on_it(site, visits):
    ids = {site.folder / page: set(seen["ids"]) for page, seen in visits.items()}
    lost = set()
    for page, seen in visits.items():
        for address in seen["links"]:
            if (target := site.place(address)) is None:
                continue
            path, anchor = target
            known = ids.get(path)
            if not path.is_file() or (anchor and known is not None and anchor not in known):
                lost.add((page, address.removeprefix(site.file(""))))
    assert sorted(lost) == []


def test_links_to_the_outside_are_to_known_schemes(site, visits):
    outside = {url for seen in visits.values() for url in seen["links"] if site.place(url) is None}
    assert {url for url in outside if not url.startswith(("https://", "mailto:"))} == set()


def test_pages_fit_a_screen_and_a_phone(visits):
    wide = {page: seen["overflow"] for page, seen in visits.items() if max(seen["overflow"].values()) > 0}
    assert wide == {}
    assert all(seen["overflow"].keys() == {DESKTOP[0], PHONE[0]} for seen in visits.values())
