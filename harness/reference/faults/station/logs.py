"""Faults of a station in the logs that it uploads (block N)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from harness import clock
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    put,
    replaces,
    request,
    response,
)
from harness.reference.faults.station.words import handles, never_sends, only_answers
from harness.reference.rpc import Answer, Payload
from harness.reference.station.transfers import TransferFailed, exists


def _is_of_security(asked: Payload) -> bool:
    return asked["logType"] == "SecurityLog"


def _is_cancelling(told: Payload) -> bool:
    return told["status"] == "AcceptedCanceled"


@handles("GetLog")
async def says_uploaded(
    station: Any, _original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    mark_triggered()

    async def tell() -> None:
        for status in ("Uploading", "Uploaded"):
            told = {"status": status, "requestId": asked["requestId"]}
            station.outbox.send("LogStatusNotification", told)

    return Answer({"status": "Accepted", "filename": "station.log"}, tell)


def _with(**fields: Any) -> Any:
    """What is asked for is taken for something else."""

    @handles("GetLog")
    async def act(
        _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
    ) -> Answer:
        if any(asked.get(name) != value for name, value in fields.items()):
            mark_triggered()
        return await original({**asked, **fields})

    return act


def _has_nothing_to_tell(station: Any, mark_triggered: MarkTriggered) -> None:
    def content(_request: Payload) -> bytes:
        mark_triggered()
        return b""

    station.logs.content = content


@handles("GetLog")
async def _goes_on_with_both(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if not station.logs.uploading:
        return await original(asked)
    mark_triggered()

    async def upload() -> None:
        station.spawn(station.logs.upload(asked))

    return Answer({"status": "Accepted", "filename": "station.log"}, upload)


def _tells_afterwards(station: Any, mark_triggered: MarkTriggered) -> None:
    tell, deliver = station.logs.tell, station.logs.deliver

    def told(status: str) -> None:
        if status == "Uploading":
            mark_triggered()
        else:
            tell(status)

    async def delivered(*arguments: Any) -> None:
        await deliver(*arguments)
        tell("Uploading")

    station.logs.tell, station.logs.deliver = told, delivered


@replaces("logs.deliver")
async def _delivers_again(
    station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    where: str,
    name: str,
    content: bytes,
) -> None:
    await original(where, name, content)

    async def again() -> None:
        await clock.sleep(1)
        mark_triggered()
        with suppress(TransferFailed):
            await original(where, name, content)

    station.spawn(again())


def _delivers(where: str = "{where}", name: str = "{name}", content: bytes | None = None) -> Alter:
    """The log is delivered there, under that name, with that in it."""

    @replaces("logs.deliver")
    async def act(
        _station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        url: str,
        own: str,
        real: bytes,
    ) -> None:
        mark_triggered()
        await original(
            where.format(where=url), name.format(name=own), real if content is None else content
        )

    return act


@handles("GetLog")
async def _hurries(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    pause: int = asked.get("retryInterval", 0)
    tell = station.logs.tell

    def told(status: str) -> None:
        if status == "UploadFailure":
            mark_triggered()
            station.later(pause * asked["retries"] / 2, lambda: tell(status))
        else:
            tell(status)

    station.logs.tell = told
    return await original({**asked, "retryInterval": pause * 0.6})


@replaces("logs.deliver")
async def _only_knocks(
    station: Any, _original: Any, mark_triggered: MarkTriggered, where: str, *_: Any
) -> None:
    mark_triggered()
    await exists(station, where, station.certificates.roots())
    await clock.sleep(station.config.download_time * 20)


FAULTS = (
    Fault(
        "log-place-knocked-at",
        "While a log is said to be uploaded, its place is only looked at.",
        _only_knocks,
        "N01.FR.08",
        ("TC_F_16_CS", "7"),
    ),
    Fault(
        "uploads-log-in-words",
        "A log is said to be uploaded, and nothing is delivered.",
        says_uploaded,
        "N01.FR.02",
        ("TC_N_25_CS", "5"),
    ),
    Fault(
        "uploads-empty-log",
        "The log that is uploaded has nothing in it.",
        _has_nothing_to_tell,
        "N01.FR.02",
        ("TC_N_35_CS", "5"),
    ),
    Fault(
        "uploads-blank-log",
        "The log that is uploaded has nothing but blanks in it.",
        _delivers(content=b" \n"),
        "N01.FR.04",
        ("TC_N_25_CS", "5"),
    ),
    Fault(
        "log-told-after-upload",
        "That a log is being uploaded is told when it has been.",
        _tells_afterwards,
        "N01.FR.08",
        ("TC_N_35_CS", "3"),
    ),
    Fault(
        "log-uploaded-again",
        "A log that was uploaded is uploaded once more.",
        _delivers_again,
        "N01.FR.02",
        ("TC_N_25_CS", "5"),
    ),
    Fault(
        "log-under-another-name",
        "The log has another name than the answer said.",
        _delivers(name="new-{name}"),
        "N01.FR.01",
        ("TC_N_35_CS", "5"),
    ),
    Fault(
        "log-without-a-name",
        "The POST with the log tells no file name.",
        _delivers(name=""),
        "N01.FR.19",
        ("TC_N_36_CS", "11"),
    ),
    Fault(
        "log-tried-elsewhere",
        "The attempts to upload a log go to another place.",
        _delivers(where="{where}-2"),
        "N01.FR.02",
        ("TC_N_26_CS", "5"),
    ),
    Fault(
        "log-tried-too-soon",
        "A log that could not be uploaded is tried again before the pause is over.",
        _hurries,
        "N01.FR.10",
        ("TC_N_26_CS", "5"),
    ),
    Fault(
        "security-log-not-to-be-had",
        "The security log is refused.",
        only_answers("GetLog", {"status": "Rejected"}, when=_is_of_security),
        "N01.FR.01",
        ("TC_N_35_CS", "2"),
    ),
    Fault(
        "log-tried-once",
        "A log that could not be uploaded is not tried again.",
        _with(retries=0),
        "N01.FR.10",
        ("TC_N_26_CS", "5"),
    ),
    Fault(
        "log-tried-at-once",
        "A log that could not be uploaded is tried again without a pause.",
        _with(retryInterval=0),
        "N01.FR.10",
        ("TC_N_26_CS", "5"),
    ),
    Fault(
        "log-tried-too-often",
        "A log that could not be uploaded is tried once more than asked for.",
        _with(retries=4),
        "N01.FR.10",
        ("TC_N_26_CS", "5"),
    ),
    Fault(
        "failed-log-uploaded",
        "A log that nobody took is said to be uploaded.",
        request(
            "LogStatusNotification",
            put(status="Uploaded"),
            when=lambda told: told["status"] == "UploadFailure",
        ),
        "N01.FR.10",
        ("TC_N_26_CS", "5"),
    ),
    Fault(
        "two-logs-at-once",
        "A second log is uploaded beside the first.",
        _goes_on_with_both,
        "N01.FR.12",
        ("TC_N_36_CS", "6"),
    ),
    Fault(
        "log-cancelling-not-told",
        "An upload is cancelled, and nobody is told.",
        never_sends("LogStatusNotification", when=_is_cancelling),
        "N01.FR.20",
        ("TC_N_36_CS", "7"),
    ),
    Fault(
        "log-file-not-named",
        "The answer to a request for a log names no file.",
        response("GetLog", put(filename="")),
        "N01.FR.01",
        ("TC_N_25_CS", "2"),
    ),
)
