"""Recorded runs judged again by the rules of today, without the system that was tested."""
