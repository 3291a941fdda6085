"""Logs that the CSMS asks for (N01)."""

from __future__ import annotations

import asyncio
from datetime import datetime

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station.certificates import Certificates
from harness.reference.station.context import StationContext
from harness.reference.station.outbox import Outbox
from harness.reference.station.transfers import Content, TransferFailed, deliver

NAMES = {"DiagnosticsLog": "diagnostics.log", "SecurityLog": "security.log"}


class Logs:
    """Uploads one log at a time, and tells how far it is."""

    def __init__(self, station: StationContext, outbox: Outbox, certificates: Certificates) -> None:
        self.station = station
        self.outbox = outbox
        self.certificates = certificates
        self._upload: asyncio.Task[None] | None = None
        self._request_id = 0

    @property
    def uploading(self) -> bool:
        """Whether a log is on its way."""
        return self._upload is not None and not self._upload.done()

    async def get_log(self, request: Payload) -> Answer:
        """GetLogRequest (N01.FR.01, N01.FR.12)."""
        cancels = self.uploading
        status = "AcceptedCanceled" if cancels else "Accepted"
        answer = {"status": status, "filename": NAMES[request["logType"]]}
        if cancels and self.station.config.log_cancelled_first:
            await self.station.call("LogStatusNotification", self.cancel())
            cancels = False
        return Answer(answer, lambda: self.begin(request, cancels))

    async def begin(self, request: Payload, cancels: bool) -> None:
        """Start an upload in place of the one that is cancelled (N01.FR.20)."""
        if cancels:
            self.outbox.send("LogStatusNotification", self.cancel())
        self._request_id = request["requestId"]
        self._upload = self.station.spawn(self.upload(request))

    def cancel(self) -> Payload:
        """End the upload; what is to be told of it."""
        if self._upload is not None:
            self._upload.cancel()
        return {"status": "AcceptedCanceled", "requestId": self._request_id}

    async def upload(self, request: Payload) -> None:
        """Deliver the log, as often as it is tried (N01.FR.08 to FR.10)."""
        each = self.station.config.log_attempts_told
        where: str = request["log"]["remoteLocation"]
        for attempt in range(request.get("retries", self.station.config.log_retries) + 1):
            if attempt:
                await clock.sleep(request.get("retryInterval", 10))
            if each or not attempt:
                self.tell("Uploading")
            try:
                await self.deliver(where, NAMES[request["logType"]], self.content(request))
            except TransferFailed:
                if each:
                    self.tell("UploadFailure")
                continue
            self.tell("Uploaded")
            return
        if not each:
            self.tell("UploadFailure")

    async def deliver(
        self, where: str, name: str, content: Content, method: str = "POST", /
    ) -> None:
        """Put a file there; raises TransferFailed."""
        await deliver(self.station, where, self.certificates.roots(), name, content, method)

    def content(self, request: Payload) -> bytes:
        """The log that is asked for (N01.FR.03, N01.FR.04), under a line that says whose it is."""
        config = self.station.config
        head = f"{self.station.now()} {config.vendor} {config.model} {config.firmware}"
        lines = (
            self.diagnostics() if request["logType"] == "DiagnosticsLog" else self.events(request)
        )
        return "".join(f"{line}\n" for line in (head, *lines)).encode()

    def diagnostics(self) -> list[str]:
        """How the EVSEs and all variables that may be read are."""
        evses = [
            f"EVSE {evse.id}: {evse.charging_state}, {evse.energy_wh:.0f} Wh"
            for evse in self.station.evses.values()
        ]
        variables = [
            f"{variable.path} = {variable.value()}"
            for variable in self.station.model
            if (actual := variable.attribute("Actual")) is not None and actual.readable
        ]
        return [*evses, *variables]

    def events(self, request: Payload) -> list[str]:
        """The security events of the time that is asked for, by default all."""
        asked: Payload = request["log"]
        first, last = (asked.get(name) for name in ("oldestTimestamp", "latestTimestamp"))
        return [
            f"{each.at.isoformat()} {each.type}"
            for each in self.station.memory.security_log
            if (first is None or each.at >= _moment(first))
            and (last is None or each.at <= _moment(last))
        ]

    def tell(self, status: str) -> None:
        """Send a LogStatusNotification (N01.FR.07)."""
        payload = {"status": status, "requestId": self._request_id}
        self.outbox.send("LogStatusNotification", payload)

    def status(self) -> Payload:
        """LogStatusNotificationRequest of this moment (N01.FR.13)."""
        if self.uploading:
            return {"status": "Uploading", "requestId": self._request_id}
        return {"status": "Idle"}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.upper())
