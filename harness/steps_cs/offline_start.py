"""A driver who begins to charge while the station is offline, by what it knows (C12, C13, C15)."""

from __future__ import annotations

from harness.evidence.matchers import ABSENT, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs import IdTokenCached, IdTokenLocalAuthList
from harness.states_cs.offline import plug_in_offline, present_offline
from harness.states_cs.refused import expect_deauthorized
from harness.states_cs.tokens import KNOWN_OFFLINE, has_local_list
from harness.steps_cs.cache import plug_in_first
from harness.steps_cs.delivery import wait_for_charging
from harness.steps_cs.no_energy import expect_no_energy
from harness.steps_cs.offline import expect_told_once_back
from harness.sut.model import Token

#: The offline flag of an event that happened after the reconnection.
ONLINE = one_of(False, ABSENT)


async def know_offline(csms: FakeCSMS, token: Token) -> None:
    """Let the station admit this idToken while it is offline, from the list where it has one."""
    unknown = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}
    await csms.configure({**KNOWN_OFFLINE, **unknown}, if_writable=True)
    if await has_local_list(csms):
        await csms.reach(IdTokenLocalAuthList(token))


async def cache_for_offline(csms: FakeCSMS, token: Token) -> None:
    """A driver is cached and admitted offline, the cable is in, and now the CSMS refuses him."""
    await csms.reach(IdTokenCached(token, way="local"))
    await know_offline(csms, token)
    await plug_in_first(csms)
    csms.says_of(token, "Invalid")


async def admit_unknown(csms: FakeCSMS) -> None:
    """Let the station admit while it is offline whom it does not know (C15.FR.08)."""
    unknown = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}
    await csms.configure({**unknown, "AuthCtrlr.LocalPreAuthorize": "true"})
    await csms.configure(KNOWN_OFFLINE, if_writable=True)


def begun_offline(session: Session, token: Token, since: int) -> None:
    """The driver has identified by now (StartOfflineTransaction)."""
    session.authorized, session.token, session.ready_at = True, token, since


async def expect_occupied(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """The station tells of the cable when it is back (erratum 2024-11)."""
    await expect_told_once_back(csms, step, session, session.connector_status, since=since)


async def start_offline(csms: FakeCSMS, session: Session, token: Token) -> None:
    """Identify, and plug in where that could not be done before."""
    await present_offline(csms, session, token)
    if not session.plugged:
        await plug_in_offline(csms, session)
    begun_offline(session, token, csms.mark())


async def expect_charged_offline(
    csms: FakeCSMS, step: int, session: Session, *, since: int
) -> None:
    """The station tells that energy has flowed while it was offline (C15.FR.02, E04.FR.03)."""
    session.energy = True
    await wait_for_charging(csms, session)
    await csms.expect_transaction_event(
        step,
        session,
        since=since,
        eventType=one_of("Started", "Updated"),
        # The first event after authorization may have Authorized as its reason (E02.FR.01).
        triggerReason=one_of("ChargingStateChanged", "Authorized"),
        transactionInfo={"chargingState": "Charging"},
        offline=True,
        requirement="C15.FR.02, E04.FR.03",
    )


async def expect_turned_out(csms: FakeCSMS, step: int, session: Session) -> None:
    """The driver whom the CSMS refused is no longer authorized, and gets nothing any more."""
    await expect_deauthorized(csms, step, session)
    await expect_no_energy(csms, step, since=csms.mark())
