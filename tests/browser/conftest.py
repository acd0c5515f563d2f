"""The built site in headless Chromium: each page is visited once, and what is seen there is kept for all tests.

`make browse` builds the site and runs these tests. Without a built site or a browser they are skipped.
"""

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from .visits import Site, browser, visit

from flatminima.files import project_root


@pytest.fixture(scope="session")
def site():
    """The folder of the pages: build/site/html, or `$FLATMINIMA_SITE`."""
    folder = Path(os.environ.get("FLATMINIMA_SITE") or project_root() / "build" / "site" / "html")
    if not (folder / "index.html").is_file():
        pytest.skip(f"No site in {folder}: `make site` builds it.")
    return Site(folder.resolve())


@pytest.fixture(scope="session")
def chromium(site, tmp_path_factory):
    """A browser that can reach this machine and nothing else."""
    programs = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in programs.items() if path is None]
    if missing:
        pytest.skip(f"No {' and no '.join(missing)} on this machine: on Debian, `apt install chromium chromium-driver`.")
    with browser(**programs, profile=tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="session")
def visits(site, chromium):
    """What is seen on each page, opened as a file: no server helps."""
    return {page: visit(chromium, site.file(page)) for page in site.pages()}


@pytest.fixture(scope="session")
def server(site):
    """Address of the site on a server."""
    handler = partial(_Quiet, directory=str(site.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing of the requests."""
