"""Faults of a station in the logs that it uploads (block N)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, put, request, response
from harness.reference.faults.station.words import handles, never_sends, only_answers
from harness.reference.rpc import Answer, Payload


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
    def content() -> bytes:
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


FAULTS = (
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
