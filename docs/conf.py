"""How Sphinx makes the site; `make site` puts the pages' sources together first."""

from importlib.util import find_spec

project = "flatminima"
author = "The flatminima authors"
extensions = ["myst_nb", "sphinx.ext.mathjax", "flatminima.book.site.extension", "flatminima.book.site.docstrings"]
exclude_patterns = ["downloads"]

nb_execution_mode = "off"  # chapters come executed
myst_enable_extensions = ["dollarmath", "attrs_inline"]
myst_dmath_double_inline = True
myst_heading_anchors = 3

# Formulas as pictures of curves: no fonts to fetch, so a page opened from a folder looks as it does from a server.
# Of the package with MathJax one file is enough.
[_mathjax] = find_spec("sphinx-mathjax-offline").submodule_search_locations
mathjax_path = "tex-svg-full.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}

html_title = "flatminima"
html_theme = "sphinx_book_theme"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static", f"{_mathjax}/static/mathjax/{mathjax_path}"]
html_css_files = ["book.css", "ledger.css"]
html_js_files = ["book.js"]
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "collapse_navbar": True,  # the reference has a hundred pages, which only its own pages list
    "pygments_light_style": "friendly",
    "pygments_dark_style": "github-dark",
}
