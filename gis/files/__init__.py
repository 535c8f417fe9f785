"""What a file really is, and how much it may hold, before anything is read from it."""
