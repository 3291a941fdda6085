"""Logs that a station uploads, and what it says of that (N01)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from harness.connection.file_shelf import File, Shelf, Transfer, Upload
from harness.evidence.matchers import Check, Satisfies, compare, fact, matches, one_of
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import new_request_id

_TOLD = "LogStatusNotification"
_MESSAGE = f"{_TOLD}Request"
#: UploadLogStatusEnumType values of an upload that failed (N01.FR.10).
FAILED = ("UploadFailure", "BadMessage", "PermissionDenied", "NotSupportedOperation")
#: TC_N_26_CS: the first attempt and as many as it asks for.
RETRIES = 3
_ATTEMPTS = RETRIES + 1
_NAME = Satisfies(
    "a file name",
    lambda value: isinstance(value, str) and value.strip() != "",
    {"not": ""},
)


@dataclass(frozen=True)
class Log:
    """A log that was asked for: its requestId, the mark since which it is told of, its name."""

    number: int
    since: int
    name: str


async def get_log(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    log_type: str,
    location: str,
    status: str = "Accepted",
    **options: int,
) -> Log:
    """Ask for a log; ``options``: retries and retryInterval."""
    number, since = new_request_id(), csms.mark()
    sent = await csms.send(
        step,
        "GetLog",
        logType=log_type,
        requestId=number,
        log={"remoteLocation": location},
        **options,
    )
    if await sent.is_accepted():
        csms.changes.logs.append(number)
    source = "N01.FR.01" if status == "Accepted" else "N01.FR.01, N01.FR.12"
    answer = await sent.response(answer_step, status=status, filename=_NAME, requirement=source)
    return Log(number, since, answer["filename"])


async def expect_status(
    csms: FakeCSMS, step: int, log: Log, status: str, requirement: str, since: int | None = None
) -> Arrival:
    """The station tells this of the log, as late as it takes to boot."""
    return await csms.expect(
        step,
        _TOLD,
        since=log.since if since is None else since,
        within=csms.sut.limits.boot,
        status=status,
        requestId=log.number,
        requirement=requirement,
    )


async def expect_uploaded(
    csms: FakeCSMS, step: int, log: Log, upload: Upload, shelf: Shelf
) -> None:
    """The station says that the log is uploaded, once, and by then it alone is there."""
    again = {"status": "Uploading", "requestId": log.number}
    await _claim_attempts(csms, step, log, again)
    last = await expect_status(csms, step, log, "Uploaded", "N01.FR.07, N01.FR.09")
    file = upload.file or File("", b"")
    size = len(file.content.strip())
    check = Check("the log", "a file that is not empty", f"{size} bytes", size > 0, fact("log"))
    csms.judge(step, "file server", [check], "N01.FR.02, N01.FR.09")
    name = PurePosixPath(log.name).name
    check = Check("name", name, file.name, file.name in ("", name), fact("name"))
    csms.judge(step, "file server", [check], "N01.FR.01; GetLogResponse")
    missing = ", ".join(file.missing) or "none"
    check = Check("missing headers", "none", missing, not file.missing, fact("headers"))
    csms.judge(step, "file server", [check], "N01.FR.19")
    await csms.silence(step, _TOLD, since=last.mark + 1, requirement="N01.FR.09")
    more = ", ".join(map(str, shelf.after(upload))) or "nothing"
    check = Check("after it", "nothing", more, more == "nothing", fact("single file"))
    csms.judge(step, "file server", [check], "N01.FR.02")


async def _claim_attempts(csms: FakeCSMS, step: int, log: Log, again: Payload) -> None:
    """Wait for the end of the upload; each attempt may be told before it (N01.FR.10, note)."""

    def end() -> Arrival | None:
        return next((a for a in _unclaimed(csms, log) if not matches(again, a.payload)), None)

    await csms.inbox.wait(end, csms.sut.limits.boot)
    for arrival in itertools.takewhile(lambda a: matches(again, a.payload), _unclaimed(csms, log)):
        csms.claim(step, arrival)


async def expect_upload_failed(
    csms: FakeCSMS, steps: tuple[int, int], log: Log, shelf: Shelf, path: str, interval: int
) -> None:
    """Every attempt fails, and the station says so when it gives up, or after each (N01.FR.10).

    ``steps``: of Uploading and of the failure; ``path``: where nothing is taken; ``interval``:
    seconds between two attempts.
    """
    first = await expect_status(csms, steps[0], log, "Uploading", "N01.FR.07, N01.FR.08")
    limits = csms.sut.limits
    earliest = first.traffic.t + RETRIES * interval - csms.sut.deviation

    def last_word() -> Arrival | None:
        told = ((a, a.payload.get("status")) for a in _told(csms, log))
        over = (a for a, s in told if s == "Uploaded" or (s in FAILED and a.traffic.t >= earliest))
        return next(over, None)

    within = RETRIES * interval + _ATTEMPTS * limits.event
    last = await csms.inbox.wait(last_word, within)
    came = ", ".join(str(a.payload.get("status")) for a in _told(csms, log)) or "none"
    text = f"{' or '.join(FAILED)} after {RETRIES * interval} s at the earliest"
    late = fact("last failure", seconds=RETRIES * interval)
    if last is None or last.payload["status"] not in FAILED:
        actual = came if last else f"{came} within {within:g} s"
        csms.fail(steps[1], _MESSAGE, "", text, actual, "N01.FR.10", matcher=late)
    csms.judge(steps[1], _MESSAGE, [Check("", text, came, ok=True, matcher=late)], "N01.FR.10")
    # Who has given up does not begin again.
    await csms.silence(
        steps[1],
        _TOLD,
        seconds=interval + limits.silence,
        since=last.mark + 1,
        requirement="N01.FR.10",
        requestId=log.number,
    )
    _judge_failures(csms, steps, log)
    _judge_attempts(csms, steps[1], shelf.attempts_at(path), interval)


def _judge_failures(csms: FakeCSMS, steps: tuple[int, int], log: Log) -> None:
    told = _told(csms, log)
    begun = [a for a in told if a.payload.get("status") == "Uploading"]
    failed = [a for a in told if a not in begun]
    for step, arrivals in zip(steps, (begun, failed), strict=True):
        count = len(arrivals)
        wanted, text = fact("times told", either=[1, _ATTEMPTS]), f"told 1 or {_ATTEMPTS} times"
        check = Check("times", text, count, count in (1, _ATTEMPTS), wanted)
        csms.judge(step, _MESSAGE, [check], "N01.FR.10")
    for arrival in begun:
        csms.claim(steps[0], arrival)
    wanted = {"status": one_of(*FAILED), "requestId": log.number}
    for arrival in failed:
        csms.claim(steps[1], arrival)
        came = Check("", "to be sent", "sent", ok=True, matcher=fact("sent"))
        checks = [came, *compare(wanted, arrival.payload)]
        csms.judge(steps[1], _MESSAGE, checks, "N01.FR.07, N01.FR.10", frame=arrival.id)


def _judge_attempts(
    csms: FakeCSMS, step: int, transfers: Sequence[Transfer], interval: int
) -> None:
    """The first and each retry; what follows at once belongs to the same one (POST after PUT)."""
    close, tried = timedelta(seconds=interval / 2), list[datetime]()
    for before, each in zip([None, *transfers], transfers, strict=False):
        if before is None or each.begun - before.begun > close:
            tried.append(each.begun)
    wanted, ok = fact("attempts", count=_ATTEMPTS), len(tried) == _ATTEMPTS
    check = Check("attempts", str(_ATTEMPTS), len(tried), ok, wanted)
    csms.judge(step, "file server", [check], "N01.FR.02; GetLogRequest")
    pauses = [(after - before).total_seconds() for before, after in itertools.pairwise(tried)]
    shortest, wanted = min(pauses), fact("pauses", seconds=interval)
    ok, text = shortest >= interval - csms.sut.deviation, f"{interval} s at least"
    check = Check("pauses", text, f"{shortest:g} s", ok, wanted)
    csms.judge(step, "file server", [check], "N01.FR.10; GetLogRequest.retryInterval")


def _unclaimed(csms: FakeCSMS, log: Log) -> list[Arrival]:
    """What the station has told since it was asked for this log, and no step has claimed."""
    return [a for a in csms.inbox.unclaimed(log.since) if a.action == _TOLD]


def _told(csms: FakeCSMS, log: Log) -> list[Arrival]:
    """What the station has told of this log so far."""
    since = (a for a in csms.inbox.arrivals if a.mark >= log.since and a.action == _TOLD)
    return [a for a in since if a.payload.get("requestId") == log.number]
