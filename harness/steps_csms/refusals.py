"""What a CSMS says of drivers who may not charge (C01, C04, C12, E05)."""

from __future__ import annotations

import re

from harness.evidence.matchers import not_equal
from harness.peers.fake_station import FakeStation
from harness.sut.model import Token

_SHORT_UID = re.compile("[0-9A-Fa-f]{8}")
_MORE = "5EC0DE"


async def turn_away(station: FakeStation, step: int | str, answer_step: int | str) -> None:
    """The transaction ends because its driver was refused (E05.FR.10)."""
    await station.transaction_event(
        step, answer_step, "Ended", "Deauthorized", info={"stoppedReason": "DeAuthorized"}
    )


async def expect_longer_refused(station: FakeStation, token: Token) -> None:
    """Nor is somebody known whose RFID UID of 7 bytes begins with the 4 bytes of ``token``."""
    if token.type != "ISO14443" or _SHORT_UID.fullmatch(token.id_token) is None:
        return
    longer = Token(f"{token.id_token}{_MORE}", token.type)
    await station.authorize("post", "post", longer, status=not_equal("Accepted"))


async def expect_still_refused(station: FakeStation, token: Token) -> None:
    """Who was refused is refused again, however it is asked, and nobody else is."""
    refused = not_equal("Accepted")
    await station.authorize("post", "post", token, status=refused)
    station.next_transaction()
    await station.transaction_event(
        "post",
        "post",
        "Started",
        "CablePluggedIn",
        info={"chargingState": "EVConnected"},
        payload={"evse": station.evse},
    )
    await station.transaction_event(
        "post",
        "post",
        "Updated",
        "Authorized",
        payload={"idToken": token.as_json()},
        idTokenInfo={"status": refused},
        requirement="E01.FR.11, E02.FR.04",
    )
    await turn_away(station, "post", "post")
    await station.authorize("post", "post")
