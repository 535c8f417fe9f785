"""Matters added up for a map of grids: measures of each grid, and the classes that colour them."""
