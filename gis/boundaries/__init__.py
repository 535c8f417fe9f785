"""Areas, grids and their boundaries over time."""
