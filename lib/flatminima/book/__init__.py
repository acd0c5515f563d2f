"""Running the book: chapters into executed notebooks, figures, ledger records and references.

`python -m flatminima.book --help` lists what it does; the Makefile calls nothing else.
"""
