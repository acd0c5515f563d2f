"""What the stored simulations cost: a table for the page on reproducing."""

import re

from flatminima.files import project_root
from flatminima.sweeps import scripts, store


def table() -> str:
    """One row for each study in results/: its script, what it computes, how many units, the hours these took, their size.

    The hours are sums of what the outcomes themselves record, each on the machine that computed it.
    """
    rows = [("study", "what", "units", "hours", "kB"), ("---", "---", "--:", "--:", "--:")]
    for name in scripts.names():
        study = scripts.load(name)
        paths = [study.path(unit) for unit in study.units]
        seconds = sum(store.read(path)[1]["seconds"] for path in paths)
        size = sum(path.stat().st_size for path in paths)
        script = f"results/{name}.py"
        rows.append((f"`{script}`", purpose(script), str(len(paths)), f"{seconds / 3600:.2f}", f"{size / 1000:.0f}"))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def purpose(script: str) -> str:
    """The first sentence of a script's docstring.

    >>> purpose("results/unveiling-2021/focusing.py").partition(":")[0]
    'Focusing BP and the local entropy around its solutions'
    """
    text = (project_root() / script).read_text(encoding="utf-8")
    return re.match(r'"""(.*?)(?:[.;](?=\s)|""")', text, re.DOTALL)[1].replace("|", "\\|")
