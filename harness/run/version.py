"""Which version of the harness is at work."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def harness_version() -> str:
    """Version of the installed harness."""
    try:
        return version("ocpp-conformance")
    except PackageNotFoundError:
        return "unknown"
