"""Where a CSMS has a station fetch and deliver files (L01, N01)."""

from __future__ import annotations

from urllib.parse import urlsplit

from harness.evidence.matchers import Check, fact


def url_check(path: str, told: object) -> Check:
    """It is a URL: with the protocol to use (N01, remark) and a host; which ones, it may choose."""
    return Check(path, "a URL", told, _is_url(told), fact("URL"))


def _is_url(told: object) -> bool:
    try:
        parts = urlsplit(told if isinstance(told, str) else "")
    except ValueError:
        return False
    return bool(parts.scheme and parts.hostname)
