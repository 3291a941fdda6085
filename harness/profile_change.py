"""Having a station under test in the security profile that a case is about (Part 2, A00)."""

from __future__ import annotations

from collections.abc import Collection

from harness.fake_csms import FakeCSMS
from harness.operators.base import Unsupported


async def into_profile(csms: FakeCSMS, profiles: Collection[int]) -> bool:
    """Have the station in one of these security profiles, none meaning any; True if it moved.

    The described one comes first, then the one in use, then what the operator can arrange. Raises
    CaseStopped (NOT_APPLICABLE) if the station is in none of them and nobody can change that.
    """
    order = dict.fromkeys((csms.sut.security_profile, csms.link.profile, *sorted(profiles)))
    for profile in (each for each in order if each in (profiles or order)):
        if profile == csms.link.profile:
            return False
        if await _arranged(csms, profile):
            return True
    wanted = " or ".join(map(str, sorted(profiles)))
    raise csms.not_applicable(
        f"is a case of security profile {wanted}; the station is tested in {csms.link.profile},"
        " and its operator cannot arrange another"
    )


async def _arranged(csms: FakeCSMS, profile: int) -> bool:
    """Whether the operator could set the station up for this profile; it comes back then."""
    link, place = csms.link, csms.inbox.now
    former = link.profile
    link.serve_profile(profile)
    try:
        await csms.operator.attempt("arrange", what="security_profile", profile=profile)
    except Unsupported:
        link.serve_profile(former)
        return False
    link.commissioned = profile
    await csms.expect_connection("connected", since=place)
    return True
