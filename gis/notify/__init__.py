"""Telling people: notices, written with what they tell of and sent after it."""
