"""The book as a site: executed chapters, ledgers and the library's reference as pages that link to one another.

`assemble` writes a Sphinx source tree, `build` makes pages of it. What Sphinx and myst-nb do not
know about this book is in `extension`: places of equations (`displays`), check lines (`outputs`)
and figures (`captions`).
"""
