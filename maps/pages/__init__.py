"""One page a file: its view as plain data, and the function that renders it."""
