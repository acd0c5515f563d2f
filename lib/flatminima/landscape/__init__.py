"""The landscape around a configuration: solutions at a distance, errors, second derivatives, smoothing; overlaps of two."""
