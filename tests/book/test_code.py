"""From an equation to its code and back: nothing is missing, and every name leads somewhere."""

import re

import pytest

from flatminima.book.site import api, code, source_pages
from flatminima.book.site.citations import cited
from flatminima.book.site.docstrings import link_lines, to_rst
from flatminima.book.site.sources import definition_of, modules
from flatminima.ledger import registry


def test_every_equation_has_code_or_is_a_step_of_a_derivation():
    equations = {label for kind, label in registry.required() if kind == "equation"}
    assert sorted(equations - set(code.citations()) - registry.steps()) == []


def test_no_step_has_code():
    assert sorted(registry.steps() & set(code.citations())) == []


def test_every_step_is_an_equation_of_its_paper():
    assert sorted(registry.steps() - {label for kind, label in registry.required() if kind == "equation"}) == []


@pytest.mark.parametrize(
    ("equation", "float_code", "twin"),
    [
        ("unveiling-2021 (27a)", "weights.binary_planted.binary_overlaps", "reference.planted.entropic_term"),
        ("relu-2019 (B7)", "ensembles.one_step.capacity_state", "reference.one_step_typical.load"),
        ("relu-2019 (C6)", "weights.spherical.spherical_planted", "reference.planted_priors.spherical_term"),
        ("shaping-2020 (16)", "losses.Loss", "reference.cross_entropy"),
    ],
)
def test_an_equation_leads_to_its_code_and_to_its_twin(equation, float_code, twin):
    assert {f"flatminima.{float_code}", f"flatminima.{twin}"} <= set(code.citations()[equation])


def test_a_citation_ends_with_its_sentence_and_follows_the_order_of_the_paper():
    assert cited("relu-2019 (8), the latter as (9). See (B1).") == ["relu-2019 (8)", "relu-2019 (9)"]
    assert cited("unveiling-2021 (13) and relu-2019 (3)") == ["unveiling-2021 (13)", "relu-2019 (3)"]
    assert cited("unveiling-2021 (30)–(31)") == [f"unveiling-2021 ({number})" for number in ("30", "31a", "31b")]
    assert cited("it is (13) (q in [0, 1)) of no paper") == []


@pytest.mark.parametrize("text", ["unveiling-2021 (99)", "relu-2019 (3)–(B99)", "relu-2019 (B3)–(B1)"])
def test_a_number_that_the_paper_does_not_have_is_refused(text):
    with pytest.raises(ValueError, match="relu-2019|unveiling-2021"):
        cited(text)


def test_a_paper_is_named_before_its_equations():
    """In "(27a) of unveiling-2021" the equation would be overlooked."""
    backwards = re.compile(rf"\([A-E]?\d+[a-z]?\) of ({'|'.join(registry.papers())})")
    assert [name for name, text in code.documented().items() if backwards.search(text)] == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import flatminima; flatminima.TANH", "architectures.TANH"),
        ("from flatminima import finite_committee as f; f.typical.solve(1.0)", "ensembles.finite_committee.typical.solve"),
        ("from flatminima.reference import typical; typical.overlap(1)", "reference.priors.overlap"),
        ("from flatminima.networks import Patterns", None),
        ("from scipy.special import ndtr; ndtr(0)", None),
    ],
)
def test_used_names_are_found_behind_their_imports(source, name):
    assert code.used(source) == ({f"flatminima.{name}"} if name else set())


def test_every_public_name_stands_on_the_page_that_its_links_lead_to():
    pages = api.pages()
    for name in code.documented():
        place, anchor = code.place(name)
        owner = name.rpartition(".")[0]
        is_method = owner in code.documented() and owner not in modules()  # autodoc lists them below their class
        if name == "flatminima" or is_method:
            continue
        owner, _, last = name.rpartition(".")
        page = pages[f"{place}.rst"]
        assert f":: {name}\n" in page or f":: {last}\n   :module: {owner}\n" in page
        assert anchor in (name, f"module-{name}")


def test_every_page_of_the_reference_can_be_reached():
    pages = api.pages()
    reached, new = set(), {"index"}
    while new:
        reached |= new
        new = {entry.strip() for page in new for entry in pages[f"api/{page}.rst"].partition(":hidden:")[2].split()} - reached
    assert {f"api/{page}.rst" for page in reached} == set(pages)


def test_the_source_of_a_name_begins_on_the_line_that_its_link_names():
    name = "flatminima.ensembles.typical.solve"
    page, _, line = source_pages.address(name).partition("#L-")
    module, definition = definition_of(name)
    assert page == f"../source/{module.name}.html"
    assert module.text.splitlines()[int(line) - 1].startswith(f"def {definition}(")
    assert f'id="L-{line}"' in source_pages.page(module)


def test_a_function_names_its_equations_its_twin_and_its_chapters():
    [equations, twins, users] = link_lines("flatminima.ensembles.typical.critical_capacity")
    assert "relu-2019 `(5) <../ledger/equations.html#equation-relu-2019-5>`__" in equations
    assert "`reference.typical.critical_capacity <../api/reference.typical.html#" in twins
    assert "unveiling-2021 " in users and "`3 <../unveiling-2021/03-typical-solutions.html>`__" in users


def test_docstrings_become_restructured_text():
    docstring = "A sum\n\n$$ \\sum_i\n   x_i $$\n\nof $x_i$, `x` or `f(x)`, with |x| < 1:\n\n    x = 1\n\n>>> f(x)\n1"
    assert to_rst(docstring) == [
        "A sum", "", ".. math:: \\sum_i x_i", "", "of :math:`x_i`, :py:obj:`x` or ``f(x)``, with \\|x\\| < 1:", "",
        "::", "", "    x = 1", "", ">>> f(x)", "1",
    ]  # fmt: skip
