"""Where chapters are, what they draw, and whether their last run still stands."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flatminima.files import project_root, write_atomically

HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""  # what every chapter file begins with
# The parts in reading order: folders of notebooks, and what the contents call them.
PARTS = {
    "foundations": "Foundations",
    "unveiling-2021": "unveiling-2021: the margin",
    "relu-2019": "relu-2019: committees",
    "shaping-2020": "shaping-2020: learning",
    "your-own": "Your own",
}
_STORED = re.compile(r"sweeps\.load\(\s*\"([^\"]+)\"|results/([\w/-]+)\.csv")
_SAVES = re.compile(r"plotting\.save\(\s*\w+,\s*\"([^\"]+)\"")


@dataclass(frozen=True)
class Chapter:
    """One chapter of the book: its file, `notebooks/part/NN-name.md`."""

    source: Path

    @property
    def name(self) -> str:
        return f"{self.source.parent.name}/{self.source.stem}"

    def title(self) -> str:
        """The first heading of the chapter, up to its colon."""
        return re.search(r"^# ([^:\n]+)", self.source.read_text(encoding="utf-8"), re.MULTILINE)[1]

    def figures(self) -> list[str]:
        """Names ("unveiling-2021/fig3") of the figures that the chapter saves."""
        return saved_figures(self.source.read_text(encoding="utf-8"))

    def stored(self) -> list[Path]:
        """Files in `results` with the outcomes that the chapter reads."""
        names = {name for pair in _STORED.findall(self.source.read_text(encoding="utf-8")) for name in pair if name}
        folder = project_root() / "results"
        return sorted(path for name in names for pattern in (f"{name}/*.npz", f"{name}.*") for path in folder.glob(pattern))


def saved_figures(code: str) -> list[str]:
    """Names of the figures that `code` saves.

    >>> saved_figures('plotting.save(fig, "unveiling-2021/fig3", data=columns)')
    ['unveiling-2021/fig3']
    """
    return _SAVES.findall(code)


def chapters() -> list[Chapter]:
    """All chapters in reading order."""
    notebooks = project_root() / "notebooks"
    return [Chapter(path) for part in PARTS for path in sorted((notebooks / part).glob("[0-9]*.md"))]


@dataclass(frozen=True)
class Edition:
    """The book run at one profile: where its notebooks, records and figures go."""

    profile: str
    folder: Path
    figures: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    def notebook(self, chapter: Chapter) -> Path:
        return self.folder / "notebooks" / f"{chapter.name}.ipynb"

    def stamp(self, chapter: Chapter) -> Path:
        return self.folder / "stamps" / f"{chapter.name}.json"

    def log(self, chapter: Chapter) -> Path:
        return self.folder / "logs" / f"{chapter.name}.log"

    def products(self, chapter: Chapter) -> list[Path]:
        """What a run of `chapter` leaves behind, besides its stamp."""
        drawn = [self.figures / f"{name}.{kind}" for name in chapter.figures() for kind in ("png", "pdf", "csv")]
        return [self.notebook(chapter), self.ledger / f"{chapter.name}.json", *drawn]

    def is_fresh(self, chapter: Chapter) -> bool:
        """Whether the products are there, and neither chapter, stored outcomes, library nor lock changed since."""
        try:
            stamp = json.loads(self.stamp(chapter).read_text())
        except FileNotFoundError:
            return False
        return stamp["fingerprint"] == self.fingerprint(chapter) and all(
            product.is_file() for product in self.products(chapter)
        )

    def mark_fresh(self, chapter: Chapter, fingerprint: str, seconds: float) -> None:
        """Note a finished run of what had `fingerprint` when the run began."""
        write_atomically(self.stamp(chapter), json.dumps({"fingerprint": fingerprint, "seconds": round(seconds, 1)}))

    def seconds(self, chapter: Chapter) -> float:
        """How long the last run took."""
        return json.loads(self.stamp(chapter).read_text())["seconds"]

    def fingerprint(self, chapter: Chapter) -> str:
        """Hash of everything that the outcome depends on."""
        stored = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in chapter.stored()]
        parts = [self.profile, str(self.figures), chapter.source.read_text(encoding="utf-8"), *stored, foundation()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def foundation() -> str:
    """Hash of what every chapter stands on: the library's sources and the locked versions."""
    root = project_root()
    digest = hashlib.sha256()
    for path in [*sorted((root / "lib").rglob("*.py")), root / "requirements.lock"]:
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
