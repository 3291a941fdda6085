"""Interfaces of other people's systems, in front of the operator of an embedded one."""
