"""The questions to a CSMS."""

from __future__ import annotations

from dataclasses import replace

from harness.connection.station_access import NotConnected
from harness.evidence.matchers import Check, fact
from harness.evidence.verdict import CaseStopped, Severity, StopKind
from harness.ocppj.payloads import inner
from harness.peers.fake_station import FakeStation
from harness.peers.sent import result_of
from harness.questions.of_both import of_both
from harness.questions.question import Question
from harness.steps_csms.known_tokens import know_token
from harness.sut.model import Token

_COMPRESSION = "Part 4, 3.3 (erratum 4.3)"
_ID_TOKEN = "Part 2 C 1.1"
#: Requests without a pause between an answer and the next one.
_IN_A_ROW = 20


async def ask_compression(station: FakeStation) -> None:
    """Who is offered compression takes it."""
    chosen = ", ".join(station.wire.extensions) if station.wire else ""
    ok = "permessage-deflate" in chosen
    check = Check("Sec-WebSocket-Extensions", "permessage-deflate", chosen or "none", ok, _DEFLATE)
    message = "HTTP response to the WebSocket request"
    station.judge(1, message, [check], _COMPRESSION)


_DEFLATE = fact("extension", name="permessage-deflate")


async def ask_at_full_pace(station: FakeStation) -> None:
    """A station that takes no pause is served all the same: legal, and hard on some."""
    pace = replace(station.sut.pace, reconnect=0)
    station.sut = replace(station.sut, pace=pace)
    await station.close()
    station.record.act(1, "connects again at once")
    seen = "connected again"
    try:
        await station.open()
    except NotConnected as failure:
        seen = str(failure)
    check = Check("", "connected again", seen, station.wire is not None, fact("accepted"))
    station.judge(1, "connection", [check], "Part 4, 5.3", Severity.WARNING)
    boot = {"reason": "PowerUp", "chargingStation": station.charging_station()}
    answers = [await station.consult("BootNotification", **boot)]
    answers += [await station.consult("Heartbeat") for _ in range(_IN_A_ROW)]
    count = sum(answer is not None for answer in answers)
    wanted = fact("answered", count=len(answers))
    expected = f"{len(answers)} answers to as many requests"
    check = Check("", expected, f"{count} answers", count == len(answers), wanted)
    station.judge(2, "answers", [check], "Part 4, 4.1.1", Severity.WARNING)


async def ask_letter_case(station: FakeStation) -> None:
    """A driver is known however his reader writes the letters of the idToken."""
    token = station.sut.tokens.valid
    other = replace(token, id_token=token.id_token.swapcase())
    if other == token:
        reason = "the idToken of tokens.valid has no letters"
        raise CaseStopped(StopKind.NOT_APPLICABLE, reason)
    await know_token(station, token)
    if await _status(station, 1, token) != "Accepted":
        raise CaseStopped(StopKind.UNDRIVABLE, f"the CSMS does not accept {token.id_token}")
    status = await _status(station, 2, other)
    check = Check("$.idTokenInfo.status", "Accepted", status, status == "Accepted", "Accepted")
    station.judge(2, "AuthorizeResponse", [check], _ID_TOKEN)


async def _status(station: FakeStation, step: int, token: Token) -> str:
    sent = await station.send(step, "Authorize", idToken=token.as_json())
    info = inner(result_of(await sent.settled()), "idTokenInfo")
    return str(info.get("status", "none"))


CSMS: tuple[Question, ...] = (
    *of_both("Heartbeat", {}),
    Question(
        "compression",
        "WebSocket compression",
        _COMPRESSION,
        "permessage-deflate in the opening handshake",
        "a handshake without it",
        ask_compression,
    ),
    Question(
        "letter-case",
        "An idToken in other letters",
        _ID_TOKEN,
        "Authorize with tokens.valid, then with its letters in the other case",
        "the second is not Accepted although the first is",
        ask_letter_case,
    ),
    Question(
        "pace",
        "A station without pauses",
        "Part 4, 4.1.1",
        f"a reconnection at once, BootNotification, and {_IN_A_ROW} Heartbeats in a row",
        "one without answer (a warning)",
        ask_at_full_pace,
    ),
)
