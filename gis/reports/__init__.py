"""Reports of a week or a month: which stretch of days, what of it needs more than a list, and what was made."""
