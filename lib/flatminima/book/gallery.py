"""The picture on the front page: all figures, small, side by side in one file."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt

from flatminima.files import write_atomically

_COLUMNS = 2
_WIDTH, _DOTS = 9.0, 96  # inches and dots an inch: as wide as a front page is shown


def write_gallery(figures: Sequence[Path], target: Path) -> None:
    """Tile the PNG files `figures` into `target`: rows that fill the width, the last one no higher than the others."""
    pictures = [plt.imread(path) for path in figures]
    rows = [pictures[i : i + _COLUMNS] for i in range(0, len(pictures), _COLUMNS)]
    # a row of pictures scaled to one height fills the width
    heights = [_WIDTH / sum(p.shape[1] / p.shape[0] for p in row) for row in rows]
    heights[-1] = min(heights)
    fig = plt.figure(figsize=(_WIDTH, sum(heights)), dpi=_DOTS, layout="none")
    top = 1.0
    for row, height in zip(rows, heights):
        widths = [height * picture.shape[1] / picture.shape[0] / _WIDTH for picture in row]
        share, left = height / sum(heights), 0.5 * (1.0 - sum(widths))
        for picture, width in zip(row, widths):
            axes = fig.add_axes((left, top - share, width, share))
            axes.imshow(picture, interpolation="antialiased", aspect="auto")
            axes.axis("off")
            left += width
        top -= share
    stream = io.BytesIO()
    fig.savefig(stream, format="png", metadata={"Software": None}, pil_kwargs={"optimize": True})
    plt.close(fig)
    write_atomically(target, stream.getvalue())
