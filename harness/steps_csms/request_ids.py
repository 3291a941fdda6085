"""The numbers of a CSMS's requests, by which a station tells them apart (L01, N01)."""

from __future__ import annotations

from harness.evidence.matchers import Check, fact


def new_check(number: object, former: object) -> Check:
    """A request has another requestId than one that is under way."""
    differs = number != former
    return Check("$.requestId", f"other than {former}", number, differs, fact("new requestId"))
