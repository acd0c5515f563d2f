"""One visit to one page, and all that the tests want to know of it."""

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from selenium import webdriver

DESKTOP, PHONE = (1280, 900), (390, 844)
_PATIENCE = 120  # seconds, for a page with thousands of formulas on a busy machine

# What a page holds after its formulas are drawn. Code may have dollars; prose may not.
_SEEN = """
const whole = document.querySelector("article") || document.body;
const prose = whole.cloneNode(true);
prose.querySelectorAll("pre, code, script, style, mjx-container, .highlight").forEach(node => node.remove());
return {
  title: document.title,
  ids: [...document.querySelectorAll("[id]")].map(node => node.id),
  links: [...document.querySelectorAll("a[href]")].map(node => node.href),
  formulas: whole.querySelectorAll("mjx-container svg").length,
  undrawn: [...whole.querySelectorAll(".math")].filter(node => !node.querySelector("svg")).map(node => node.textContent),
  errors: [...document.querySelectorAll("[data-mml-node='merror'], mjx-merror")].map(node => node.textContent),
  raw: prose.textContent.match(/[^\\n]*(?:\\$|\\\\[(\\[]|\\\\begin\\{)[^\\n]*/g) || [],
  broken: [...document.images].filter(image => !image.naturalWidth).map(image => image.src),
  nameless: [...document.images].filter(image => !image.hasAttribute("alt")).map(image => image.src),
};
"""
_DRAWN = """
const done = arguments[0];
const pictures = [...document.images].map(image => { image.loading = "eager"; return image.decode().catch(() => null); });
Promise.all([window.MathJax ? MathJax.startup.promise : null, ...pictures]).then(() => done());
"""
_OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;"


@dataclass(frozen=True)
class Site:
    """A folder of pages."""

    folder: Path

    def pages(self):
        """Names of all pages but the listings of source code, which hold nothing of the book."""
        names = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))
        return sorted(name for name in names if not name.startswith("_"))

    def file(self, page):
        """Address of a page as a file."""
        return (self.folder / page).as_uri()

    def place(self, address):
        """Page or file and anchor of an address within the site; None for one outside."""
        address, anchor = urldefrag(address)
        inside = urlsplit(address).scheme == "file"
        return (Path(unquote(urlsplit(address).path)), unquote(anchor)) if inside else None


@contextmanager
def browser(chromium, chromedriver, profile):
    """Headless Chromium with a fresh profile, which tells what it fetches and finds no other machine."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for switch in (
        "headless=new", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
        "disable-component-update", "disable-sync", "hide-scrollbars", f"user-data-dir={profile}",
        "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):  # fmt: skip
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    driver.set_page_load_timeout(_PATIENCE)
    driver.set_script_timeout(_PATIENCE)
    try:
        yield driver
    finally:
        driver.quit()


def visit(driver, address):
    """Open a page at desktop width, wait for its formulas, then narrow it to a phone's."""
    resize(driver, DESKTOP)
    driver.get_log("performance"), driver.get_log("browser")
    open_page(driver, address)
    seen = driver.execute_script(_SEEN)
    seen["overflow"] = {DESKTOP[0]: driver.execute_script(_OVERFLOW)}
    resize(driver, PHONE)
    seen["overflow"][PHONE[0]] = driver.execute_script(_OVERFLOW)
    seen["console"] = [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]
    seen["requests"] = _requests(driver)
    return seen


def open_page(driver, address):
    """Open a page and wait until its formulas are drawn."""
    driver.get("about:blank")  # from one anchor to another of the same page would be no visit
    driver.get(address)
    driver.execute_async_script(_DRAWN)


def resize(driver, size, dark=False):
    """Set the window, to a phone's width too, where a real window would be wider; and what the reader's system prefers."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    preference = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [preference]})


def _requests(driver):
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    return [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
