"""Gives the data back, in files that import as they are."""
