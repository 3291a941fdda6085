"""Having a station under test in the security profile that a case is about (Part 2, A00)."""

from __future__ import annotations

from collections.abc import Collection

from harness.operators.base import Unsupported
from harness.peers.fake_csms import FakeCSMS


async def into_profile(csms: FakeCSMS, profiles: Collection[int]) -> bool:
    """Have the station in one of these security profiles, none meaning any; True if it moved.

    The described one comes first, then the one in use, then what the operator can arrange. Raises
    CaseStopped if the station is in none of them and nobody can change that: NOT_APPLICABLE, or
    UNDRIVABLE where it once was in one.
    """
    described = csms.sut.security_profile
    order = dict.fromkeys((described, csms.link.profile, *sorted(profiles)))
    for profile in (each for each in order if each in (profiles or order)):
        if profile == csms.link.profile:
            return False
        if _can_serve(csms, profile) and await _arranged(csms, profile):
            return True
    wanted = " or ".join(map(str, sorted(profiles)))
    if described in profiles:
        now = f"the station was brought to {csms.link.profile} by an earlier case"
        reason = f"is a case of security profile {wanted}; {now}: set it up anew"
        raise csms.undrivable(reason, "security profile")
    raise csms.not_applicable(
        f"is a case of security profile {wanted}; the station is tested in {csms.link.profile},"
        " and its operator cannot arrange another"
    )


def _can_serve(csms: FakeCSMS, profile: int) -> bool:
    """Profiles 1 and 2 need a password, which only the description can tell."""
    return profile not in (1, 2) or bool(csms.sut.password)


async def _arranged(csms: FakeCSMS, profile: int) -> bool:
    """Whether the operator could set the station up for this profile; it comes back then."""
    link, mark = csms.link, csms.inbox.mark
    former = link.profile
    link.serve_profile(profile)
    try:
        await csms.operator.attempt("arrange", what="security_profile", profile=profile)
    except Unsupported:
        link.serve_profile(former)
        return False
    except BaseException:
        link.serve_profile(former)
        raise
    link.commissioned = profile
    await csms.expect_connection("connected", since=mark)
    return True
