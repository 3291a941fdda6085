"""A CSMS under test starts a transaction (F01, F02), and takes what comes of it."""

from __future__ import annotations

from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.frames import Payload
from harness.peers.fake_station import FakeStation
from harness.steps_csms.known_tokens import named


async def request_start(station: FakeStation, step: int, answer_step: int) -> Payload:
    """Have the CSMS start a transaction for the driver at the configured EVSE.

    It may leave the EVSE to the station (F01.FR.06). Returns what transactionInfo of the next
    event has to hold (F01.FR.25, F02.FR.21).
    """
    driver, evse = station.sut.tokens.valid, station.sut.configured.evse_id
    transaction = station.transaction
    running = {"transactionId": transaction.id} if transaction.started else {}
    request = await station.requested(
        step,
        answer_step,
        "RequestStartTransaction",
        wish={"idToken": driver.as_json(), "evseId": evse},
        answer={"status": "Accepted", **running},
        idToken=named(driver),
        evseId=one_of(evse, ABSENT),
        requirement="F01.FR.04, F01.FR.06, F02.FR.12, F02.FR.14",
    )
    return {name: request.payload[name] for name in ("remoteStartId",) if name in request.payload}


async def start_remotely(
    station: FakeStation, step: int, answer_step: int, event_type: str, info: Payload
) -> None:
    """The next event tells of the request and its driver, whom the CSMS accepts."""
    await station.transaction_event(
        step,
        answer_step,
        event_type,
        "RemoteStart",
        info=info,
        payload={"idToken": station.id_token},
        idTokenInfo={"status": "Accepted"},
        requirement="F01.FR.03, F02.FR.11, E01.FR.12",
    )
    station.transaction.authorized = True
