"""Logs that a station uploads, and what it says of that (N01)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from harness.connection.file_shelf import Shelf, Upload
from harness.evidence.matchers import Check, Satisfies, compare, fact, one_of
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
    """A log that was asked for: its requestId, and the mark since which it is told of."""

    number: int
    since: int


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
    log = Log(new_request_id(), csms.mark())
    sent = await csms.send(
        step,
        "GetLog",
        logType=log_type,
        requestId=log.number,
        log={"remoteLocation": location},
        **options,
    )
    source = "N01.FR.01" if status == "Accepted" else "N01.FR.01, N01.FR.12"
    await sent.response(answer_step, status=status, filename=_NAME, requirement=source)
    return log


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


async def expect_uploaded(csms: FakeCSMS, step: int, log: Log, upload: Upload) -> None:
    """The station says that the log is uploaded, once, and it is there by then."""
    last = await expect_status(csms, step, log, "Uploaded", "N01.FR.07, N01.FR.09")
    size = len(upload.file.content) if upload.file is not None else 0
    check = Check("the log", "a file that is not empty", f"{size} bytes", size > 0, fact("log"))
    csms.judge(step, "file server", [check], "N01.FR.02, N01.FR.09")
    await csms.silence(step, _TOLD, since=last.mark + 1, requirement="N01.FR.09")


async def expect_upload_failed(
    csms: FakeCSMS, steps: tuple[int, int], log: Log, shelf: Shelf, interval: int
) -> None:
    """Every attempt fails, and the station says so when it gives up, or after each (N01.FR.10).

    ``steps``: of Uploading and of the failure; ``interval``: seconds between two attempts.
    """
    first = await expect_status(csms, steps[0], log, "Uploading", "N01.FR.07, N01.FR.08")
    limits = csms.sut.limits
    earliest = first.traffic.t + RETRIES * interval - csms.sut.deviation

    def last_failure() -> Arrival | None:
        late = (a for a in _told(csms, log) if a.traffic.t >= earliest)
        return next((a for a in late if a.payload.get("status") in FAILED), None)

    within = RETRIES * interval + _ATTEMPTS * limits.event
    last = await csms.inbox.wait(last_failure, within)
    came = ", ".join(str(a.payload.get("status")) for a in _told(csms, log)) or "none"
    text = f"{' or '.join(FAILED)} after {RETRIES * interval} s at the earliest"
    late = fact("last failure", seconds=RETRIES * interval)
    if last is None:
        actual = f"{came} within {within:g} s"
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
    _judge_attempts(csms, steps[1], shelf, interval)


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


def _judge_attempts(csms: FakeCSMS, step: int, shelf: Shelf, interval: int) -> None:
    """The first and each retry; what follows at once belongs to the same one (POST after PUT)."""
    begun = [each.begun for each in shelf.transfers]
    pauses = [(after - before).total_seconds() for before, after in itertools.pairwise(begun)]
    tried = sum(pause > interval / 2 for pause in pauses) + bool(begun)
    wanted, ok = fact("attempts", count=_ATTEMPTS), tried == _ATTEMPTS
    check = Check("attempts", str(_ATTEMPTS), tried, ok, wanted)
    csms.judge(step, "file server", [check], "N01.FR.02; GetLogRequest")


def _told(csms: FakeCSMS, log: Log) -> list[Arrival]:
    """What the station has told of this log so far."""
    since = (a for a in csms.inbox.arrivals if a.mark >= log.since and a.action == _TOLD)
    return [a for a in since if a.payload.get("requestId") == log.number]
