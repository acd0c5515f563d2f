"""The page on how to choose: every line of it runs and says what it shows, and every chapter it points to exists."""

import doctest
import re

from flatminima.book.chapters import chapters
from flatminima.files import project_root

PAGE = (project_root() / "docs" / "choose.md").read_text(encoding="utf-8")


def test_every_line_runs_and_says_what_the_page_shows():
    code = re.sub(r"^```.*$", "", PAGE, flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(code, {}, "choose.md", "docs/choose.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report = []
    runner.run(examples, out=report.append)
    assert runner.summarize(verbose=False).attempted > 20
    assert not report, "".join(report)


def test_it_points_to_chapters_that_exist():
    targets = set(re.findall(r"\]\(([\w-]+/\d\d-[\w-]+)\.ipynb\)", PAGE))
    assert len(targets) > 15
    assert targets <= {chapter.name for chapter in chapters()}
