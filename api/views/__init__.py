"""From what is stored to what a page shows: one page a file."""
