"""Brings files in: read, map, check (every fault, once), write."""
