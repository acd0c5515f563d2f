"""What a reader does: search, follow an equation, read at night, read on a server."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from .visits import DESKTOP, PHONE, open_page, resize, visit

FEW = ["index.html", "unveiling-2021/04-franz-parisi.html", "ledger/equations.html", "ledger/figures.html", "api/index.html"]
AT_ANCHOR = """
const box = document.getElementById(location.hash.slice(1)).getBoundingClientRect();
return [box.top, box.bottom, window.innerHeight];
"""
BRIGHTNESS = """
const luminance = colour => {
  const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255);
  const linear = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const paper = luminance(getComputedStyle(document.body).backgroundColor);
return [paper, ...arguments[0].map(name => luminance(getComputedStyle(document.querySelector(name)).color))];
"""


@pytest.fixture(params=["file", "server"])
def address(request, site):
    """Turns the name of a page into its address, as a file and on a server."""
    if request.param == "file":
        return site.file
    home = request.getfixturevalue("server")
    return lambda page: f"{home}/{page}"


def contrast(one, other):
    """The ratio of WCAG 2: at least 4.5 for text."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def settled(driver):
    return WebDriverWait(driver, 60)


def test_search_finds_the_replicon(chromium, address):
    resize(chromium, DESKTOP)
    chromium.get_log("browser")
    open_page(chromium, address("search.html") + "?q=replicon")
    settled(chromium).until(lambda driver: "finished" in driver.find_element(By.ID, "search-results").text)
    found = [link.get_attribute("href") for link in chromium.find_elements(By.CSS_SELECTOR, "#search-results ul.search a")]
    assert any("relu-2019/05-replicon" in link for link in found)
    assert [entry["message"] for entry in chromium.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_pages_on_a_server_are_as_quiet(chromium, server):
    for page in FEW:
        seen = visit(chromium, f"{server}/{page}")
        assert seen["console"] == []
        assert [url for url in seen["requests"] if not url.startswith((server, "data:"))] == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_linked_equation_is_on_the_screen_once_formulas_are_drawn(chromium, address, size):
    resize(chromium, size)
    open_page(chromium, address("unveiling-2021/04-franz-parisi.html") + "#eq-27b")

    def in_sight(driver):
        top, bottom, height = driver.execute_script(AT_ANCHOR)
        return -5 <= top and bottom <= height

    settled(chromium).until(in_sight)


def test_from_the_front_page_to_an_equation_its_code_and_its_check(chromium, site):
    resize(chromium, DESKTOP)
    open_page(chromium, site.file("index.html"))
    follow(chromium, "ledger/equations.html")
    row = chromium.find_element(By.ID, "equation-unveiling-2021-27b")
    links = [link.get_attribute("href") for link in row.find_elements(By.CSS_SELECTOR, "a[href]")]
    assert any("04-franz-parisi.html#eq-27b" in link for link in links)
    assert any("#check-" in link for link in links)
    assert any("api/" in link for link in links)


def follow(driver, page):
    """Go where the first link to `page` leads."""
    links = (link.get_attribute("href") for link in driver.find_elements(By.CSS_SELECTOR, "article a[href]"))
    open_page(driver, next(link for link in links if page in link))


def test_at_night_the_page_is_dark_and_its_text_is_read(chromium, site):
    resize(chromium, DESKTOP)
    open_page(chromium, site.file("unveiling-2021/04-franz-parisi.html"))
    day = chromium.execute_script(BRIGHTNESS, ["body"])
    assert day[0] > 0.8
    resize(chromium, DESKTOP, dark=True)  # what the reader's system prefers, as the page starts with
    texts = ["body", "article h1", "article p", "article p a", "mjx-container", ".highlight pre", ".cell_output pre"]
    night = chromium.execute_script(BRIGHTNESS, texts)
    assert night[0] < 0.05
    assert {name: ratio for name, light in zip(texts, night[1:]) if (ratio := contrast(night[0], light)) < 4.5} == {}


def test_the_reader_chooses_the_light_and_the_next_page_remembers(chromium, site):
    resize(chromium, DESKTOP)
    open_page(chromium, site.file("index.html"))
    for mode in ("dark", "light", "dark"):
        chromium.find_element(By.CSS_SELECTOR, ".theme-switch-button").click()
        chromium.find_element(By.CSS_SELECTOR, f".theme-change-button[data-mode='{mode}']").click()
        assert chromium.execute_script("return document.documentElement.dataset.theme") == mode
    open_page(chromium, site.file("reproducing.html"))
    assert chromium.execute_script("return document.documentElement.dataset.theme") == "dark"
    chromium.execute_script("localStorage.clear()")


def test_chapters_lead_on_to_one_another(chromium, site):
    resize(chromium, DESKTOP)
    open_page(chromium, site.file("foundations/01-gaussian-integrals.html"))
    for name in ("02-quadrature", "03-replica-trick"):
        chromium.find_element(By.CSS_SELECTOR, "a.right-next").click()
        settled(chromium).until(lambda driver, name=name: name in driver.current_url)
