"""Finds out what a system is, and writes its description."""
