"""Makes the demonstration community 长远社区: a town that does not exist, at a place that does."""
