"""Reusable states of Part 6 for a charging station under test, part 2: a session up to its energy.

Which TransactionEvents a step owes depends on TxStartPoint and TxStopPoint (Part 2, E01 and E06);
``Session.starts`` and ``Session.stops`` know that once for all states.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Literal

from harness import clock
from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.connected import ConnectedEvse
from harness.states_cs.driver import drive_in, plug_in
from harness.states_cs.session_events import expect_due_event
from harness.sut.model import Token

#: How a session is authorized, or its stop: at the station or by a request of the CSMS.
Way = Literal["local", "remote"]


@dataclass(frozen=True)
class Driver:
    """Who identifies, by default the driver of the session.

    ``known``: without the CSMS being asked; ``refused``: by the CSMS, or by what is known.
    """

    token: Token | None = None
    known: bool = False
    refused: bool = False


_ANYBODY = Driver()
#: What a chargingState may be once a driver is authorized and a vehicle connected.
ENERGY_STATES = ("EVConnected", "SuspendedEVSE", "SuspendedEV", "Charging")
#: A remoteStartId of its own for every RequestStartTransaction.
REMOTE_START_IDS = itertools.count(4711)


async def _enter_bay(csms: FakeCSMS, session: Session) -> None:
    """Drive into the parking bay, if the station sees that."""
    if session.in_bay or not csms.sut.parking_bay_sensor:
        return
    mark = await drive_in(csms, session)
    if session.starts(await csms.tx_points("Start")):
        await expect_due_event(csms, 1, session, since=mark, triggerReason="EVDetected")


async def _connect(csms: FakeCSMS, session: Session) -> None:
    """Plug in, in the parking bay."""
    if not session.in_bay:
        await _enter_bay(csms, session)
    if locks_cable(csms) and not session.authorized:
        async with csms.within("locked", "Authorized"):
            await _authorized(csms, session)
    await _connected(csms, session)


def locks_cable(csms: FakeCSMS) -> bool:
    """Whether nothing can be plugged in before authorization (Part 5, AQ-2)."""
    return "AQ-2" in csms.sut.features


async def _connected(csms: FakeCSMS, session: Session) -> None:
    """Plug in: the connector is told, and the transaction as far as it has begun by then."""
    points = await csms.tx_points("Start")
    mark = await plug_in(csms, 1, session)
    if not session.starts(points):
        return
    states = ENERGY_STATES if session.authorized else ("EVConnected",)
    triggers = ["CablePluggedIn", "ChargingStateChanged", "RemoteStart"]
    if "DataSigned" in points and not session.running:
        triggers.append("SignedDataReceived")  # both points at once (E01.FR.04, E01.FR.05)
    token: dict[str, Any] = (
        {"idToken": one_of(ABSENT, csms.driver(session))} if session.authorized else {}
    )
    if session.authorized and not session.running:
        # The hands may be quicker than the station: the cable was in when it let the driver charge.
        triggers.append("Authorized")
    await expect_due_event(
        csms,
        3,
        session,
        since=mark,
        triggerReason=one_of(*triggers),
        # The state may be told in an event of its own (note of E02.FR.17).
        transactionInfo={"chargingState": one_of(*states, *((ABSENT,) if session.running else ()))},
        evse=ConnectedEvse(csms, session, mark),
        **token,
    )
    if session.charging_state not in states:
        await expect_due_event(
            csms,
            3,
            session,
            since=mark,
            triggerReason="ChargingStateChanged",
            transactionInfo={"chargingState": one_of(*states)},
        )
    if session.authorized and not session.token_told:
        # Then the token comes with the event of the authorization (E02.FR.20).
        await expect_due_event(
            csms,
            3,
            session,
            since=mark,
            triggerReason="Authorized",
            idToken=csms.driver(session),
        )


async def _authorized(csms: FakeCSMS, session: Session, driver: Driver = _ANYBODY) -> None:
    if locks_cable(csms) and session.authorized:
        return  # It was done to get the cable in.
    steps = authorized_remotely if csms.sut.authorization == "remote" else _authorized_local
    await steps(csms, session, driver)


async def _authorized_local(csms: FakeCSMS, session: Session, driver: Driver = _ANYBODY) -> None:
    """Authorize at the station, with the driver's idToken."""
    if not (session.in_bay or session.plugged):
        await _enter_bay(csms, session)
    points = await csms.tx_points("Start")
    token = driver.token or session.token or csms.sut.tokens.valid
    csms.changes.tokens_used = True
    mark = csms.mark()
    await csms.hands.present_token(token, session.evse)
    asks = not csms.sut.start_button and await csms.variables.is_true(
        "AuthCtrlr.Enabled", default=True
    )
    if asks and not driver.known:
        asked = await csms.expect(
            1,
            "Authorize",
            since=mark,
            idToken=csms.same_token(token),
            requirement="C01.FR.02",
        )
        # The driver is authorized by the answer, not before it (C01.FR.01-02).
        mark = asked.mark
    await _taken_in(csms, session)
    if driver.refused:
        return
    _admit(session, driver, mark)
    if not session.starts(points):
        return
    triggers = ["Authorized"]
    if session.plugged and not session.running:
        # The power path closes by the authorization: both reasons describe the event (E01.FR.05).
        triggers.append("ChargingStateChanged")
    await expect_due_event(
        csms,
        3,
        session,
        triggerReason=one_of(*triggers),
        idToken=csms.driver(session),
        since=mark,
    )


async def authorized_remotely(
    csms: FakeCSMS, session: Session, driver: Driver = _ANYBODY, **more: Any
) -> None:
    """Authorize by a request of the CSMS, with ``more`` fields than are due."""
    if not (session.in_bay or session.plugged):
        await _enter_bay(csms, session)
    points = await csms.tx_points("Start")
    token = driver.token or session.token or csms.sut.tokens.valid
    csms.changes.tokens_used = True
    mark, remote_start_id = csms.mark(), next(REMOTE_START_IDS)
    start = await csms.send(
        1,
        "RequestStartTransaction",
        idToken=token.as_json(),
        evseId=session.evse,
        remoteStartId=remote_start_id,
        **more,
    )
    known: dict[str, Any] = {}
    if session.running:
        known["transactionId"] = session.transaction_id
    await start.response(2, status="Accepted", requirement="F01.FR.13", **known)
    asks = await csms.variables.is_true(
        "AuthCtrlr.AuthorizeRemoteStart", default=False
    ) and await csms.variables.is_true("AuthCtrlr.Enabled", default=True)
    if asks and not driver.known:
        asked = await csms.expect(
            3,
            "Authorize",
            since=mark,
            idToken=csms.same_token(token),
            requirement="F01.FR.01, C01.FR.02",
        )
        if not session.running:
            mark = asked.mark  # No transaction starts before the answer (F02.FR.09).
    if asks:
        await _taken_in(csms, session)
    if driver.refused and asks:
        return
    _admit(session, driver, mark)
    session.remote_start_id = remote_start_id
    if session.starts(points):
        await expect_due_event(csms, 5, session, idToken=csms.same_token(token), since=mark)


def _admit(session: Session, driver: Driver, mark: int) -> None:
    """He may charge."""
    session.authorized = True
    session.ready_at = session.authorized_at = mark
    session.token = driver.token or session.token
    session.known_since = mark if driver.known else None


async def _taken_in(csms: FakeCSMS, session: Session) -> None:
    """An answer to a later request: the one about the token has been read by then."""
    name = "TxCtrlr.EVConnectionTimeOut"
    told = (await csms.variables.read(name)).get(name, "")
    seconds = int(told) if told.isdecimal() else 0
    session.ev_connection_deadline = clock.monotonic() + (seconds or math.inf)


async def _starts_with_signed_data(
    csms: FakeCSMS, session: Session, points: frozenset[str]
) -> bool:
    """Whether signed data come before energy: of two start points, the one that is there first."""
    if "DataSigned" not in points or "EnergyTransfer" not in points:
        return "DataSigned" in points

    def first() -> Arrival | None:
        since = csms.inbox.unclaimed(session.ready_at)
        return next((each for each in since if csms.belongs(each, session)), None)

    event = await csms.inbox.wait(first, csms.sut.limits.event)
    info = inner(event.payload, "transactionInfo") if event is not None else {}
    return event is not None and info.get("chargingState") != "Charging"


async def energy_transfer_started(csms: FakeCSMS, session: Session) -> None:
    if not session.authorized:
        await _authorized(csms, session)
    if not session.plugged:
        await _connected(csms, session)
    points = await csms.tx_points("Start")
    session.energy = True
    if not session.running and await _starts_with_signed_data(csms, session, points):
        # The first event after authorization may have Authorized as its reason (E02.FR.01).
        signed = one_of("SignedDataReceived", "Authorized")
        await expect_due_event(
            csms,
            5,
            session,
            since=session.ready_at,
            triggerReason=signed,
            idToken=csms.driver(session),
        )
    refused = session.token_told and csms.refuses(session.token or csms.sut.tokens.valid)
    if session.charging_state == "Charging" or refused:
        return
    # The first event after authorization may have Authorized as its reason (E02.FR.01).
    first = () if session.running else ("Authorized",)
    named: dict[str, Any] = (
        {"idToken": csms.driver(session)} if "EnergyTransfer" in points and first else {}
    )
    await expect_due_event(
        csms,
        9,
        session,
        since=session.ready_at,
        triggerReason=one_of("ChargingStateChanged", *first),
        transactionInfo={"chargingState": "Charging"},
        **named,
    )


def Authorized(  # noqa: N802  # a state of Part 6, under its name
    way: Way | None = None,
    token: Token | None = None,
    *,
    known: bool = False,
    refused: bool = False,
) -> State:
    """A driver identifies, this way or the configured one; see ``Driver``."""
    ways = {"local": _authorized_local, "remote": authorized_remotely}
    steps = _authorized if way is None else ways[way]
    driver = Driver(token, known, refused)

    async def authorized(csms: FakeCSMS, session: Session) -> None:
        await steps(csms, session, driver)

    return State("Authorized", authorized)


ParkingBayOccupied = State("ParkingBayOccupied", _enter_bay)
EVConnectedPreSession = State("EVConnectedPreSession", _connect)
EnergyTransferStarted = State("EnergyTransferStarted", energy_transfer_started)
