"""Algorithms that find or count the solutions of one given set of patterns."""
