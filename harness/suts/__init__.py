"""Descriptions of systems under test, and operators for those that YAML cannot drive."""
