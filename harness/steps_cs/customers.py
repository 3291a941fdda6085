"""What a station stores of a customer, asked for and cleared (N09, N10)."""

from __future__ import annotations

import itertools
import re
import uuid
from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import ABSENT, Check, Place, fact, one_of
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    IdTokenCached,
    IdTokenLocalAuthList,
    ParkingBayUnoccupied,
)
from harness.states_cs.session import Way
from harness.states_cs.tokens import has_cache, has_local_list, replace_list
from harness.steps_cs.cache import use_cache
from harness.steps_cs.device_reports import made_meanwhile
from harness.steps_cs.local_list import expect_still_listed
from harness.steps_cs.refusals import present

_MESSAGE = "NotifyCustomerInformationRequest"
_LIST = "LocalAuthListCtrlr.Enabled"
_CACHE = "AuthCacheCtrlr.Enabled"
_LIFE_TIME = "AuthCacheCtrlr.LifeTime"
_DRIVERS = "AuthCtrlr.Enabled"
_request_ids = itertools.count(8001)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[t ][\d:.,]+(z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
Step = int | str
#: Of the request, its response and the notifications.
Steps = tuple[Step, Step, Step]
_BEFORE: Steps = ("Before", "Before", "Before")


@dataclass(frozen=True)
class Told:
    """What a station told of a customer; ``parts`` are the ids of the messages."""

    step: Step
    text: str
    parts: tuple[str, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it stands."""
        return tuple(Place(part, "$.data") for part in self.parts)


def by_token(csms: FakeCSMS) -> Payload:
    """The customer of the valid idToken, as a field of the request."""
    return {"idToken": csms.sut.tokens.valid.as_json()}


def by_identifier(csms: FakeCSMS) -> Payload:
    """The customer about whom the operator has stored something."""
    return {"customerIdentifier": csms.sut.configured.customer_identifier}


async def know_customer(csms: FakeCSMS, *, beside: bool = False) -> str:
    """Have the cache and the list, whichever the station has, know the valid idToken.

    He identifies, and leaves without having charged. What is said of him while only the cache
    knows him, "" if it never does. ``beside``: the cache knows somebody else too.
    """
    token = csms.sut.tokens.valid
    await csms.configure({_LIST: "true"}, if_writable=True)
    way = await use_cache(csms)
    cached, listed = await has_cache(csms), await has_local_list(csms)
    if not cached and not listed:
        reason = "neither a cache nor a local list is in use: nobody can be known"
        raise csms.undrivable(reason, "cache and local list")
    said = ""
    if cached:
        if beside:
            await _cache_another(csms, way)
        await csms.reach(IdTokenCached(token, way=way))
        said = await said_of(csms, by_token(csms))
    if listed:
        await csms.reach(IdTokenLocalAuthList(token))
    await csms.reach(Authorized(way, token, known=True))
    await csms.reach(ParkingBayUnoccupied)
    return said


async def cache_customer(csms: FakeCSMS) -> bool:
    """Have the cache know the valid idToken, where the station has one and a reader; whether so."""
    await csms.configure({_CACHE: "true", _DRIVERS: "true"}, if_writable=True)
    authorized = await csms.variables.is_true(_DRIVERS, default=True)
    reader = csms.sut.authorization == "local" and not csms.sut.start_button
    if not (reader and authorized and await has_cache(csms)):
        return False
    way = await use_cache(csms)
    await _cache_another(csms, way)
    await csms.reach(IdTokenCached(csms.sut.tokens.valid, way=way))
    return True


async def _cache_another(csms: FakeCSMS, way: Way) -> None:
    """Have the cache know somebody else too, who is turned away, where there is a reader."""
    if way == "local":
        csms.says_of(csms.sut.tokens.blocked, "Blocked")
        async with csms.before():
            await present(csms, "Before", csms.sut.tokens.blocked)


async def known_beside(csms: FakeCSMS) -> str | None:
    """What is said of strangers, if more than that is said of him: only then can he get lost.

    None where the station says nothing of its own of him, or forgets him by itself meanwhile.
    """
    life = await csms.variables.read_number(_LIFE_TIME, default=0)
    if 0 < life < csms.sut.limits.case:
        return None
    another = _another(csms)
    said, stranger = await said_of(csms, another), await of_stranger(csms, another)
    known = said.strip() and _timeless(said) != _timeless(stranger)
    return stranger if known else None


async def expect_beside_kept(csms: FakeCSMS, stranger: str, requirement: str) -> None:
    """Who was not named is known as before."""
    told = await ask(csms, ("post", "post", "post"), _another(csms))
    expect_known(csms, told, _another(csms), stranger, requirement)


def _another(csms: FakeCSMS) -> Payload:
    return {"idToken": csms.sut.tokens.blocked.as_json()}


async def list_another(csms: FakeCSMS) -> bool:
    """Have the local list know the second valid idToken alone; whether there is one."""
    if not await has_local_list(csms):
        return False
    await csms.reach(IdTokenLocalAuthList(csms.sut.tokens.valid2))
    return True


async def empty_list(csms: FakeCSMS, step: Step) -> None:
    """What clearing leaves in the local list, the CSMS takes out of it (N10.FR.02, N10.FR.03)."""
    if not await has_local_list(csms):
        return
    await expect_still_listed(csms, step, "N10.FR.03, N10.FR.06")
    await replace_list(csms, step, step)


async def forget_customer(csms: FakeCSMS) -> None:
    """Have the station clear what it has of the valid idToken, and have no list of its own."""
    async with csms.before():
        if await has_local_list(csms):
            await replace_list(csms, "Before", "Before")  # N10.FR.02
        await clear(csms, _BEFORE, by_token(csms))


async def ask(csms: FakeCSMS, steps: Steps, who: Payload, *, clear: bool = False) -> Told:
    """Ask what is stored, clear it if so wished, and take all parts of the report."""
    request = await _request(csms, steps, who, report=True, clear=clear)
    texts: list[str] = []
    parts: list[str] = []
    for place in itertools.count():
        part = await _part(csms, steps, request, place, "N09.FR.05, N10.FR.03")
        texts.append(str(part.payload.get("data", "")))
        parts.append(part.id)
        if not part.payload.get("tbc", False):
            break
    return Told(steps[2], "".join(texts), tuple(parts))


async def ask_about_nobody(
    csms: FakeCSMS, steps: Steps, who: Payload, *, clear: bool = False
) -> Told:
    """The same of a customer of whom nothing is stored: one message says so."""
    request = await _request(csms, steps, who, report=True, clear=clear)
    return await _only_part(csms, steps, request, "N09.FR.06, N10.FR.04")


async def clear(csms: FakeCSMS, steps: Steps, who: Payload) -> Told:
    """Clear without a report: one message says that it was done."""
    request = await _request(csms, steps, who, report=False, clear=True)
    return await _only_part(csms, steps, request, "N10.FR.06")


async def _request(csms: FakeCSMS, steps: Steps, who: Payload, **flags: bool) -> tuple[int, int]:
    """Send it; its requestId, and the mark from which on it is answered."""
    number, mark = next(_request_ids), csms.mark()
    sent = await csms.send(steps[0], "CustomerInformation", requestId=number, **flags, **who)
    await sent.response(steps[1], status="Accepted", requirement="N09.FR.02, N10.FR.01")
    return number, mark


async def _only_part(
    csms: FakeCSMS, steps: Steps, request: tuple[int, int], requirement: str
) -> Told:
    part = await _part(csms, steps, request, 0, requirement, tbc=one_of(False, ABSENT))
    return Told(steps[2], str(part.payload.get("data", "")), (part.id,))


async def _part(
    csms: FakeCSMS,
    steps: Steps,
    request: tuple[int, int],
    place: int,
    requirement: str,
    **fields: Any,
) -> Arrival:
    number, mark = request
    return await csms.expect(
        steps[2],
        "NotifyCustomerInformation",
        since=mark,
        requestId=number,
        seqNo=place,
        generatedAt=made_meanwhile(csms, mark),
        requirement=requirement,
        **fields,
    )


def expect_some(csms: FakeCSMS, told: Told, requirement: str = "N09.FR.05") -> None:
    """The data are not empty."""
    ok, wanted = bool(told.text.strip()), {"not": ""}
    check = Check("$.data", "not empty", told.text, ok, wanted, told.places)
    csms.judge(told.step, _MESSAGE, [check], requirement)


def expect_known(
    csms: FakeCSMS, told: Told, who: Payload, stranger: str, requirement: str = "N09.FR.05"
) -> None:
    """The data are not empty, nor what is said of somebody of whom nothing can be stored."""
    expect_some(csms, told, requirement)
    same = _timeless(stranger) in (_timeless(_anonymous(told.text, who)), _timeless(told.text))
    shown = "what it says of a stranger" if same else "something of its own"
    text, known = "what is stored of this customer", fact("customer told")
    check = Check("what is told", text, shown, not same, known, told.places)
    csms.judge(told.step, _MESSAGE, [check], requirement)


def expect_gone(csms: FakeCSMS, before: str, told: Told, who: Payload) -> None:
    """What was told ``before`` the clearing is not told again, at whatever time."""
    same = _timeless(_anonymous(before, who)) == _timeless(_anonymous(told.text, who))
    shown = "the same as before" if same else "something else"
    gone = fact("customer cleared")
    check = Check("what is told", "not what was cleared", shown, not same, gone, told.places)
    csms.judge(told.step, _MESSAGE, [check], "N10.FR.03")


async def expect_still_gone(csms: FakeCSMS, before: str, who: Payload) -> None:
    """Nor is it told when it is asked for once more."""
    again = await ask(csms, ("post", "post", "post"), who)
    expect_gone(csms, before, again, who)


def expect_no_report(csms: FakeCSMS, before: str, told: Told, who: Payload) -> None:
    """Who is to clear and not to report does not tell what was stored (``before``)."""
    same = _timeless(before) == _timeless(_anonymous(told.text, who))
    shown = "what was stored" if same else "something else"
    check = Check("what is told", "no report", shown, not same, fact("no report"), told.places)
    csms.judge(told.step, _MESSAGE, [check], "N10.FR.06")


async def of_stranger(csms: FakeCSMS, who: Payload) -> str:
    """What the station says of somebody whom it cannot know, named in the same way."""
    nobody = uuid.uuid4().hex[:14].upper()
    token: Payload | None = who.get("idToken")
    named = {"idToken": {**token, "idToken": nobody}} if token else {"customerIdentifier": nobody}
    return await said_of(csms, named)


async def said_of(csms: FakeCSMS, who: Payload) -> str:
    """What the station says of a customer, without his name; "" if it says nothing."""
    number, mark = next(_request_ids), csms.mark()
    await csms.consult("CustomerInformation", requestId=number, report=True, clear=False, **who)

    def found() -> list[Arrival]:
        named = (a for a in csms.inbox.unclaimed(mark) if f"{a.action}Request" == _MESSAGE)
        return [a for a in named if a.payload.get("requestId") == number]

    def complete() -> bool | None:
        return any(each.payload.get("tbc") is not True for each in found()) or None

    await csms.inbox.wait(complete, csms.sut.limits.event)
    parts = found()
    for each in parts:
        csms.claim("Before", each)
    return _anonymous("".join(str(each.payload.get("data", "")) for each in parts), who)


def _anonymous(text: str, who: Payload) -> str:
    """The text without the name of the customer, in whatever case."""
    name = str(who.get("customerIdentifier") or who["idToken"]["idToken"])
    return text.casefold().replace(name.casefold(), "")


def _timeless(text: str) -> str:
    """The text in small letters, each time in it as good as any other."""
    return _TIME.sub("<time>", text.casefold())
