"""Connection attempts that a CSMS under test accepts or refuses (Part 2, A00)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from harness.connection.station_access import Access, Barrier, NotConnected, attempts
from harness.evidence.matchers import Check, fact
from harness.evidence.transcript import Kind
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.inbox import Closed, Traffic
from harness.peers.fake_station import FakeStation
from harness.states_csms import Booted
from harness.steps_csms.wrong_credentials import Wrong


async def select_security_profile(
    station: FakeStation, *profiles: int, booted: bool = False
) -> None:
    """Go on in one of these security profiles: the configured one if it is among them.

    ``booted``: connected and accepted in it. Raises CaseStopped (NOT_APPLICABLE) if the CSMS has no
    endpoint for any of them, (BEFORE) if it does not accept the station.
    """
    sut = station.sut
    offered = [p for p in (sut.security_profile, *sorted(sut.urls)) if p in profiles]
    if not offered:
        wanted = " or ".join(map(str, profiles))
        told = ", ".join(map(str, sorted(sut.urls)))
        reason = f"needs security profile {wanted}; the CSMS is described with {told} (endpoints)"
        raise CaseStopped(StopKind.NOT_APPLICABLE, reason)
    async with station.before():
        told = offered[0] == sut.security_profile or await _arrange_profile(station, offered[0])
        station.access = station.keyring.access(sut, offered[0])
        if booted or not told:
            # A CSMS that was not told may rightly expect another profile (A00.FR.002).
            await station.connect()
        if booted:
            await station.run("accepted", Booted)


async def need_entry(station: FakeStation, *, but: Collection[int]) -> None:
    """The CSMS knows the station and trusts its root, before a case about who gets in how.

    What it refuses by these HTTP statuses (0: by none) is for the case; raises CaseStopped (BEFORE)
    for any other.
    """
    try:
        await station.open()
    except NotConnected as failure:
        if failure.barrier is Barrier.REFUSED and failure.status not in but:
            reason = f"{failure}{_hint(station)}"
            raise CaseStopped(StopKind.BEFORE, reason, failure.what) from failure
    else:
        await station.disconnect()


def _hint(station: FakeStation) -> str:
    keys = station.keyring.keys
    if station.access.profile != 3 or keys is None:
        return ""
    return f"; does the CSMS trust {keys.old_root.certificate.name}, the root of the station?"


async def _arrange_profile(station: FakeStation, profile: int) -> bool:
    """Tell the CSMS, if that can be done: many know it by the endpoint (A00.FR.006)."""
    if await station.arrange_if_possible("security_profile", profile=profile):
        return True
    station.transcript.add(Kind.NOTE, text="nothing to arrange: the endpoint decides")
    return False


async def arrange_profile_in_use(station: FakeStation) -> None:
    """The CSMS expects the station in the profile in use, and can be told so again afterwards."""
    await station.arrange("security_profile", profile=station.access.profile)
    # What the case is about takes it to another one.
    station.arrangements.entered("security_profile", {})


async def expect_accepted(
    station: FakeStation,
    step: int | str,
    answer_step: int | str,
    requirement: str,
    *,
    patiently: bool = False,
) -> None:
    """Close the connection, connect anew from ``step`` on, and be accepted in ``answer_step``.

    ``patiently``: any attempt in time may be the one.
    """
    patience = station.sut.limits.connect if patiently else 0
    failure = await _attempt(station, step, station.access, patience)
    if failure is not None and failure.barrier is Barrier.UNREACHABLE:
        raise CaseStopped(StopKind.UNDRIVABLE, str(failure), failure.what)
    if failure is None:
        station.keyring.taken(station.access)
    said = "accepted" if failure is None else str(failure)
    check = Check("", "accepted", said, failure is None, fact("accepted"))
    station.judge(answer_step, "connection", [check], requirement)


async def expect_refused(
    station: FakeStation,
    step: int | str,
    answer_step: int | str,
    access: Access,
    requirement: str,
    *,
    what: str = "",
    unreachable: bool = False,
) -> None:
    """An attempt by this access is refused; ``unreachable``: a closed port is a refusal too.

    ``what`` tells it from other attempts in the same step.
    """
    failure = await _attempt(station, step, access, what=what)
    refused = failure is not None and failure.barrier in _refusals(unreachable=unreachable)
    if failure is not None and not refused and failure.barrier is not Barrier.SILENT:
        raise CaseStopped(StopKind.UNDRIVABLE, str(failure), failure.what)
    said = await _connected(station) if failure is None else str(failure)
    check = Check(what, "refused", "refused" if refused else said, refused, fact("refused"))
    station.judge(answer_step, "connection", [check], requirement)


async def _connected(station: FakeStation) -> str:
    """In words: that it was let in, and the end that may have followed."""
    wire = station.wire

    def closed() -> Closed | None:
        ends = (e for e in station.inbox.events if isinstance(e, Closed))
        return next((e for e in ends if wire is None or e.wire == wire.number), None)

    end = await station.inbox.wait(closed, station.sut.limits.silence)
    if wire is None or end is None:
        return "accepted: a WebSocket connection"
    return f"accepted: a WebSocket connection, {end.end} after {end.t - wire.opened:.1f} s"


def _refusals(*, unreachable: bool) -> tuple[Barrier, ...]:
    return (Barrier.REFUSED, Barrier.UNREACHABLE) if unreachable else (Barrier.REFUSED,)


def with_password(station: FakeStation, password: str) -> Access:
    """The station's way in with another password."""
    return replace(station.access, password=password)


async def expect_certificate_refused(
    station: FakeStation, step: int, answer_step: int, wrong: Wrong
) -> None:
    """A wrong client certificate ends the connection (A00.FR.404, A00.FR.405, A00.FR.407).

    A CSMS that learns the serial number from the boot may wait for it (B01.FR.11-12).
    """
    failure = await _attempt(station, step, wrong.access, what=wrong.what)
    if failure is not None and failure.barrier in (Barrier.UNREACHABLE, Barrier.DISTRUSTED):
        raise CaseStopped(StopKind.UNDRIVABLE, str(failure), failure.what)
    if failure is None:
        ended = await _ends_connection(station, pending=wrong.pending)
        otherwise = "accepted, and left open after BootNotification"
    else:
        ended, otherwise = failure.barrier is Barrier.REFUSED, str(failure)
    wanted = "connection terminated" + (", or Pending" if wrong.pending else "")
    check = Check(
        f"client certificate: {wrong.what}",
        wanted,
        wanted if ended else otherwise,
        ended,
        fact("terminated", certificate=wrong.what),
    )
    station.judge(answer_step, "connection", [check], "A00.FR.404, A00.FR.405, A00.FR.407")


async def _ends_connection(station: FakeStation, *, pending: bool) -> bool:
    """Boot: whether the CSMS ends the connection, and does not accept the boot before that.

    ``pending``: a boot that is not accepted is as good.
    """
    wire = station.wire
    boot = station.charging_station()
    sent = await station.offer(
        "BootNotification", own=False, reason="PowerUp", chargingStation=boot
    )

    def settled() -> Closed | Traffic | None:
        for event in station.inbox.events:
            match event:
                case Closed() if wire is None or event.wire == wire.number:
                    return event
                case Traffic() if sent is not None and event.answers is sent.traffic:
                    # Accepted for the station it is not: what comes later is no refusal of it.
                    if pending or event.frame.payload.get("status") == "Accepted":
                        return event
                case _:
                    pass
        return None

    match await station.inbox.wait(settled, station.sut.limits.event):
        case Closed():
            return True
        case Traffic() as answer:
            return pending and answer.frame.payload.get("status") in ("Pending", "Rejected")
        case _:
            return False


async def expect_still_accepted(station: FakeStation, requirement: str) -> None:
    """The station's own credentials are accepted: else a refusal of others proves nothing.

    In the time for a connection: a CSMS may let wait who was refused.
    """
    failure = await _attempt(station, "post", station.access, station.sut.limits.connect)
    if failure is not None:
        reason = f"good credentials were not accepted either: a refusal proves nothing ({failure})"
        raise CaseStopped(StopKind.UNDRIVABLE, reason, failure.what)
    accepted = Check("", "accepted", "accepted", ok=True, matcher=fact("accepted"))
    station.judge("post", "connection", [accepted], requirement)


async def _attempt(
    station: FakeStation, step: int | str, access: Access, patience: float = 0, what: str = ""
) -> NotConnected | None:
    """Connect anew until it succeeds or so many seconds are over; the last failure, or None.

    What a CSMS does with an answer of ours shows in nothing but whom it accepts.
    """
    wrong = {"wrong": what} if what else {}
    station.record.act(step, "connects", **_shown(access), **wrong)
    kept, station.access = station.access, access
    failure: NotConnected | None = None
    try:
        await station.disconnect()
        async for _ in attempts(patience):
            try:
                await station.open()
            except NotConnected as error:
                failure = error
            else:
                return None
        return failure
    finally:
        station.access = kept


def _shown(access: Access) -> dict[str, Any]:
    """What a CSMS is shown; passwords are masked wherever that is written."""
    shown: dict[str, Any] = {"security_profile": access.profile}
    if access.password is not None:
        shown |= {"user": access.user, "password": access.password}
    if access.certificate is not None:
        shown["certificate"] = access.certificate.pem
    return shown
