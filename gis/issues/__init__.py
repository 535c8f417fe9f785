"""Issues: what is reported, how it is recorded, and how it is found again."""
