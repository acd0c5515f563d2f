"""The picture on the front page: all figures, small, side by side in one file."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt

from flatminima.files import write_atomically

_COLUMNS = 2
_WIDTH = 9.0  # inches, at 110 dots each: as wide as a front page is shown


def write_gallery(figures: Sequence[Path], target: Path) -> None:
    """Tile the PNG files `figures` into `target`, rows as high as their pictures need."""
    pictures = [plt.imread(path) for path in figures]
    rows = [pictures[i : i + _COLUMNS] for i in range(0, len(pictures), _COLUMNS)]
    # a row of pictures scaled to one height fills the width
    heights = [_WIDTH / sum(p.shape[1] / p.shape[0] for p in row) for row in rows]
    fig = plt.figure(figsize=(_WIDTH, sum(heights)), dpi=110, layout="none")
    top = 1.0
    for row, height in zip(rows, heights):
        share, left = height / sum(heights), 0.0
        for picture in row:
            width = height * picture.shape[1] / picture.shape[0] / _WIDTH
            axes = fig.add_axes((left, top - share, width, share))
            axes.imshow(picture, interpolation="antialiased", aspect="auto")
            axes.axis("off")
            left += width
        top -= share
    stream = io.BytesIO()
    fig.savefig(stream, format="png", metadata={"Software": None})
    plt.close(fig)
    write_atomically(target, stream.getvalue())
