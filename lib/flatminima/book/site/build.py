"""From the source tree to pages, by Sphinx."""

import shutil
from pathlib import Path

from sphinx.cmd.build import build_main

from flatminima.book.render import cores
from flatminima.book.site.assemble import DOWNLOADS
from flatminima.files import project_root


class SiteFailed(Exception):
    """Sphinx warned or stopped; it has printed why."""


def build(source: Path, target: Path) -> None:
    """Make the pages of the source tree `source` in `target`; `SiteFailed` where Sphinx has the least complaint."""
    shutil.rmtree(target, ignore_errors=True)  # so that no page stays that the book no longer has
    options = {
        "-b": "html",
        "-c": project_root() / "docs",  # where conf.py is
        "-d": target.with_name("doctrees"),
        "-j": cores(),
        "-D": f"html_extra_path={source / DOWNLOADS}",
    }
    arguments = [str(part) for option in options.items() for part in option]
    if build_main(["--quiet", "--fail-on-warning", "--keep-going", *arguments, str(source), str(target)]):
        raise SiteFailed("the site has faults, named above")
