"""The papers' formulas in arbitrary precision, written from the papers alone.

Nothing here imports the floating-point floors of the library, so an agreement
between the two is evidence for both.
"""
