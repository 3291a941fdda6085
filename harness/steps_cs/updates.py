"""Updates of firmware: what the station is offered, and what it tells and does then (L01)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harness import clock
from harness.connection.file_shelf import Outcome, Shelf
from harness.evidence.matchers import ABSENT, Check, fact
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.peers.answers import in_the_future
from harness.peers.fake_csms import FakeCSMS
from harness.pki.firmware import forged, make_signer
from harness.states_cs.updates import STATUS, expect_status, next_word
from harness.steps_cs.files import file_server, new_request_id, signing_certificate
from harness.sut.model import Image

#: How long ago the dates are that are past, in seconds.
PAST = -7200.0
#: What may come while a file is fetched (L01.FR.14, L01.FR.30).
_WHILE_FETCHING = ("Downloading", "DownloadPaused")
_FAILED = ("DownloadFailed", "InstallationFailed")


@dataclass(frozen=True)
class Offer:
    """Firmware for a station: where it is, and how it is signed.

    ``content`` and ``shelf``: what the harness gives itself, else the vendor does.
    """

    location: str
    certificate: str
    signature: str
    name: str = ""
    content: bytes = b""
    shelf: Shelf | None = None

    @property
    def missing(self) -> Offer:
        """The same at a place where nothing is."""
        missing = "_does_not_exist"
        return replace(self, location=self.location + missing, name=self.name + missing)

    @property
    def untrusted(self) -> str:
        """A certificate that names the issuer of its own, but that another key has signed."""
        return forged(self.certificate)

    @property
    def wrong_signature(self) -> str:
        """A signature as it should be, of another file."""
        return make_signer().sign(b"other firmware")

    def let_end(self) -> None:
        """Let transfers end that were held."""
        if self.shelf is not None:
            self.shelf.free.set()


@dataclass(frozen=True)
class Update:
    """An update that was asked for: its requestId, and its dates.

    ``since``, ``answered``: the marks from which on it may be told of, and is answered;
    ``replaced``: the requestId of an update that it took the place of.
    """

    number: int
    since: int
    answered: int
    offer: Offer
    retrieve: datetime
    install: datetime
    replaced: int | None = None


@asynccontextmanager
async def offered(
    csms: FakeCSMS, certificate: str, *, defective: bool = False, held: bool = False
) -> AsyncGenerator[Offer]:
    """Firmware that the description names, signed under ``certificate`` if not by the vendor.

    ``held``: a transfer does not end before ``let_end``.
    """
    name = "defective_firmware" if defective else "firmware"
    image: Image = getattr(csms.sut, name)
    content = _content(image)
    signature = _signature(csms, name, image, content)
    if image.location:
        yield Offer(image.location, certificate, signature)
        return
    if not image.file:
        raise csms.undrivable(f"the description names no {name}", name)
    async with file_server(csms, held=held) as server:
        file = f"{name}.bin"
        location = server.give(file, content)
        yield Offer(location, certificate, signature, file, content, server.shelf)


def _content(image: Image) -> bytes:
    return Path(image.file).read_bytes() if image.file else b""


def _signature(csms: FakeCSMS, name: str, image: Image, content: bytes) -> str:
    if image.signature_file:
        return Path(image.signature_file).read_text("ascii").strip()
    if image.certificate_file or image.location:
        raise csms.undrivable(f"{name} has no signature_file", f"{name}.signature_file")
    return make_signer().sign(content)


async def certified(csms: FakeCSMS, *, defective: bool = False) -> str:
    """PEM of the certificate with which the firmware is signed, and which the station trusts."""
    image = csms.sut.defective_firmware if defective else csms.sut.firmware
    return await signing_certificate(csms, image)


async def start_update(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    offer: Offer,
    *,
    status: Any = "Accepted",
    retrieve_in: float = PAST,
    install_in: float = PAST,
    requirement: str = "L01.FR.21",
    **firmware: Any,
) -> Update:
    """Ask for an update, whose dates are so many seconds ahead, and judge the answer.

    ``firmware``: fields in place of those of the offer.
    """
    since, now = csms.inbox.mark, clock.now()
    retrieve, install = (now + timedelta(seconds=ahead) for ahead in (retrieve_in, install_in))
    wanted: Payload = {
        "location": offer.location,
        "retrieveDateTime": in_the_future(retrieve_in),
        "installDateTime": in_the_future(install_in),
        "signingCertificate": offer.certificate,
        "signature": offer.signature,
        **firmware,
    }
    kept = {name: value for name, value in wanted.items() if value is not ABSENT}
    number = new_request_id()
    asked = await csms.send(step, "UpdateFirmware", requestId=number, firmware=kept)
    if await asked.is_accepted():
        csms.changes.updates.append(number)
    await asked.response(answer_step, status=status, requirement=requirement)
    return Update(number, since, csms.inbox.mark, offer, retrieve, install)


async def expect_downloaded(
    csms: FakeCSMS, step: int, update: Update, *, later: float = 0, verified: bool = True
) -> None:
    """Downloading, Downloaded and SignatureVerified: ``step`` and every second one after it."""
    number, since = update.number, update.since
    await expect_status(csms, step, number, "Downloading", since=since, later=later)
    await expect_fetched(csms, step + 2, update)
    if verified:
        await expect_status(
            csms, step + 4, number, "SignatureVerified", since=since, source="L01.FR.01, L01.FR.04"
        )


async def expect_fetched(csms: FakeCSMS, step: int, update: Update) -> None:
    """Downloaded is told, and is true of what the harness gives (L01.FR.01)."""
    await pass_over(csms, step, update, _WHILE_FETCHING)
    told = await expect_status(csms, step, update.number, "Downloaded", since=update.since)
    offer = update.offer
    if offer.shelf is None:
        return
    seen = [each for each in offer.shelf.transfers if each.name == offer.name]
    actual = "; ".join(map(str, seen)) or "never fetched"
    ok = offer.shelf.fetched(offer.name, len(offer.content))
    check = Check("", "the whole file fetched", actual, ok, fact("file fetched"))
    csms.judge(step, f"{STATUS}Request", [check], "L01.FR.01", frame=told.id)


async def pass_over(
    csms: FakeCSMS, step: int, update: Update, statuses: Sequence[str], *, resumes: bool = True
) -> None:
    """Claim what may come of the update, as often as it likes, before the next status.

    ``resumes``: what was paused has to go on before that (L01.FR.01, L01.FR.14).
    """

    def pick() -> Arrival | None:
        paused: list[Arrival] = []
        for each in csms.inbox.unclaimed(update.since):
            if each.action != STATUS:
                continue
            if _is_failure_of_replaced(csms, each, update):
                csms.claim(step, each)
                continue
            own = each.payload.get("requestId") == update.number
            if not own or each.payload.get("status") not in statuses:
                return paused[0] if paused else each
            if resumes and each.payload.get("status") == "DownloadPaused":
                paused.append(each)
                continue
            for one in (*paused, each):
                csms.claim(step, one)
            paused = []
        return None

    await csms.inbox.wait(pick, csms.sut.limits.update)


def _is_failure_of_replaced(csms: FakeCSMS, told: Arrival, update: Update) -> bool:
    """That it failed may be told of an update that made way, once and late (L01.FR.24, note)."""
    failures = (
        each
        for each in csms.inbox.arrivals
        if each.action == STATUS
        and each.payload.get("requestId") == update.replaced
        and each.payload.get("status") in _FAILED
    )
    return update.replaced is not None and next(failures, None) is told


async def expect_scheduled(csms: FakeCSMS, step: int, update: Update, status: str) -> None:
    """The station waits for the date of the download or of the installation, as it says.

    What it says next must not come earlier than that date (L01.FR.13, L01.FR.16; erratum 2.51).
    """
    waits = status == "DownloadScheduled"
    moment, why = (update.retrieve, "L01.FR.13") if waits else (update.install, "L01.FR.16")
    await expect_status(csms, step, update.number, status, since=update.since, source=why)
    ahead = max((moment - clock.now()).total_seconds(), 0)
    limit = csms.sut.limits.update
    told = await next_word(csms, since=update.since, within=limit + ahead)
    earliest = moment - timedelta(seconds=csms.sut.deviation)
    wanted = f"what follows not before {moment.isoformat()}, and in {limit:g} s from then"
    came = None if told is None else told.traffic.at
    actual = "nothing followed" if came is None else came.isoformat()
    ok = came is not None and came >= earliest
    check = Check("", wanted, actual, ok, fact("not before its date"))
    csms.judge(step, f"{STATUS}Request", [check], why, frame=told.id if told else "")
    if waits:
        expect_unfetched(csms, step, update, until=earliest)


def expect_unfetched(
    csms: FakeCSMS, step: int, update: Update, *, until: datetime | None = None
) -> None:
    """A download that was told as scheduled had not been made by now, or until a moment."""
    offer, requirement = update.offer, "L01.FR.01, L01.FR.13"
    if offer.shelf is None:
        return
    seen = [each for each in offer.shelf.transfers if until is None or each.begun < until]
    actual = "; ".join(map(str, seen)) or "nothing fetched"
    ok = not offer.shelf.fetched(offer.name, len(offer.content), until)
    check = Check("", "not fetched while it is scheduled", actual, ok, fact("not fetched"))
    csms.judge(step, f"{STATUS}Request", [check], requirement)


async def expect_event(
    csms: FakeCSMS, step: int, update: Update, kind: str, requirement: str
) -> None:
    """A security event of the update."""
    await csms.expect(
        step,
        "SecurityEventNotification",
        since=update.since,
        prefer_match=True,
        named_by="type",
        requirement=requirement,
        type=kind,
    )


async def expect_nothing(csms: FakeCSMS, step: int, update: Update) -> None:
    """Nothing is told of an update that was refused, and nothing is fetched (L01.FR.21)."""
    await csms.silence(step, STATUS, since=update.since, requirement="L01.FR.21")
    shelf = update.offer.shelf
    if shelf is not None:
        actual = "; ".join(map(str, shelf.transfers)) or "nothing fetched"
        check = Check("", "nothing fetched", actual, not shelf.transfers, fact("nothing fetched"))
        csms.judge(step, "UpdateFirmwareResponse", [check], "L01.FR.21")


async def expect_failed_download(csms: FakeCSMS, step: int, last: int, update: Update) -> None:
    """DownloadFailed; before it, the station has tried, or looked at least (page, step 3)."""
    await pass_over(csms, step, update, _WHILE_FETCHING, resumes=False)
    told = await expect_status(
        csms, last, update.number, "DownloadFailed", since=update.since, source="L01.FR.30"
    )
    offer = update.offer
    # By the other protocols, it may have looked into the folder.
    if offer.shelf is None or not offer.location.startswith("http"):
        return
    asked = [each.name for each in offer.shelf.transfers if each.outcome is Outcome.MISSING]
    wanted, actual = f"{offer.name} asked for", ", ".join(asked) or "nothing asked for"
    check = Check("", wanted, actual, offer.name in asked, fact("file asked for"))
    csms.judge(last, f"{STATUS}Request", [check], "L01.FR.30", frame=told.id)


async def pass_replaced(csms: FakeCSMS, step: int, first: Update, update: Update) -> Update:
    """Of an update that made way for another, its failure may be told (L01.FR.24, note).

    What the station told before it answered may also be how far it was. The other update.
    """
    csms.changes.updates.remove(first.number)
    second = replace(update, replaced=first.number)

    def is_of_first(told: Arrival) -> bool:
        before = told.mark < update.answered and told.payload.get("status") in _WHILE_FETCHING
        of_first = told.payload.get("requestId") == first.number and before
        return of_first or _is_failure_of_replaced(csms, told, second)

    def pick() -> Arrival | None:
        for each in csms.inbox.unclaimed(first.since):
            if each.action == STATUS and not is_of_first(each):
                return each
            if each.action == STATUS:
                csms.claim(step, each)
        return None

    await csms.inbox.wait(pick, csms.sut.limits.update)
    return second
