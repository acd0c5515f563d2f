"""The landscape around one configuration: solutions at a distance, second derivatives, how far it can be smoothed."""
