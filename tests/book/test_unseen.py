"""Figures of a chapter under test are drawn once each, whether they are saved or only shown."""

import io

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure


@pytest.fixture
def drawn(monkeypatch):
    """The figures drawn so far, with the backend for tests of chapters; that of other tests comes back."""
    figures, draw = [], Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: (figures.append(self), draw(self, renderer))[1])
    before = plt.get_backend()
    plt.switch_backend("module://flatminima.book.unseen")
    yield figures
    plt.switch_backend(before)


def test_a_figure_that_is_only_shown_is_drawn_once_and_closed(drawn):
    fig, _ = plt.subplots()
    plt.show()
    assert drawn == [fig] and plt.get_fignums() == []
    plt.show()
    assert drawn == [fig]


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_figure_that_was_saved_is_not_drawn_again(drawn, kind):
    fig, _ = plt.subplots()
    fig.savefig(io.BytesIO(), format=kind)
    saved = list(drawn)  # twice where the style has the margins cut
    assert saved and set(saved) == {fig}
    plt.show()
    assert drawn == saved and plt.get_fignums() == []


def test_a_figure_that_cannot_be_drawn_fails(drawn):
    fig, axes = plt.subplots()
    axes.set_title(r"$\nonsense$")
    with pytest.raises(ValueError, match="nonsense"):
        plt.show()
    plt.close(fig)
