"""Layers as map programs are given them: features by box and time, and vector tiles."""
