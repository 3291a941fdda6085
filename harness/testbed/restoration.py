"""What a case left behind at a station, undone by a janitor of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness import clock
from harness.evidence.matchers import fact
from harness.evidence.verdict import CaseStopped
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable
from harness.operators.base import Unsupported
from harness.peers.changes import Changes
from harness.peers.connectors import Connector
from harness.peers.fake_csms import FakeCSMS
from harness.peers.registration import Registration
from harness.states_cs import CSMS_ROOT, CertificateInstalled
from harness.states_cs.installed import identities
from harness.steps_cs.migration import PRIORITY
from harness.steps_cs.password import restore_password
from harness.sut.model import Sut

#: Statuses after which nothing more comes of an update (FirmwareStatusEnumType).
_ENDS_UPDATE = (
    "DownloadFailed",
    "InstallationFailed",
    "InstallVerificationFailed",
    "Installed",
    "InvalidSignature",
)
#: After all others nothing more comes of an upload (UploadLogStatusEnumType).
_DURING_UPLOAD = ("Uploading", "Idle")
_PLUG_TIME = "TxCtrlr.EVConnectionTimeOut"


@dataclass
class Restoration:
    """What a case left behind at the station, undone by a janitor of its own."""

    sut: Sut
    peer: FakeCSMS
    janitor: FakeCSMS
    _failures: list[CaseStopped] = field(default_factory=list[CaseStopped])

    @property
    def changes(self) -> Changes:
        return self.peer.changes

    async def run(self) -> None:
        """Undo it, all of it that can be; raises CaseStopped with the first that could not."""
        janitor = self.janitor
        janitor.accept_connections()
        janitor.link.serve_again()
        if janitor.wire is None:
            await janitor.expect_connection("restore")
        if janitor.wire is not None and janitor.wire.number != self.peer.first_wire:
            self.changes.for_good = janitor.link.settle(janitor.wire) or self.changes.for_good
        if janitor.registrations.current is not Registration.ACCEPTED:
            pause = self.sut.configured.heartbeat_interval  # B02.FR.08, B03.FR.06
            within = self.sut.limits.boot + pause
            await janitor.expect("restore", "BootNotification", within=within)
        await self._wait_for_messages()
        await self._end_sessions()
        for log in self.changes.logs[-1:]:
            uploaded = partial(self._is_uploaded, log)
            await self.janitor.inbox.wait(uploaded, self.sut.limits.boot)
        for update in self.changes.updates[-1:]:  # one that made way for it does not end
            await self._let_end(update)
        for evse in self.changes.reset_evses:
            await self._tried(self._let_restart(evse))
        for reservation in self.changes.reservations:
            await self._quietly("CancelReservation", reservationId=reservation)
        for evse in self.changes.inoperative:
            named = {"evse": evse} if evse else {}
            await self._quietly("ChangeAvailability", operationalStatus="Operative", **named)
        mark = janitor.inbox.mark
        if self.changes.variables:
            values = {str(k): v for k, v in self.changes.variables.items()}
            await self._tried(janitor.configure(values))
        if Variable.parse(PRIORITY) in janitor.changes.variables and janitor.reboot_mark < mark:
            # Until it boots it is on the other slot, and comes home when nobody expects it
            # (B10.FR.03, B10.FR.10); it may do so by itself (TC_B_45_CS, step 5).
            await janitor.apply_by_reboot()
        if self.changes.password:
            await restore_password(janitor)
        if self.changes.roots_removed:
            await janitor.reach(CertificateInstalled(CSMS_ROOT, janitor.link.keys.old_root.pem))
        await janitor.conductor.bring_back()
        await self._remove_roots()
        if self.changes.tokens_listed:
            await self._quietly("SendLocalList", versionNumber=1, updateType="Full")
        if self.changes.tokens_used:
            await self._quietly("ClearCache")
        if self._failures:
            raise self._failures[0]

    async def _remove_roots(self) -> None:
        """Take from the station the roots that the case gave it, as it names them (M04.FR.07).

        A CSMS root stays where it has come to be the only one: without it there is no way back.
        The next cases go on from there (M05.FR.13).
        """
        added = self.changes.roots_added
        answer = await self.janitor.consult("GetInstalledCertificateIds") if added else None
        chain = objects(answer.frame.payload, "certificateHashDataChain") if answer else []
        listed = list(zip(identities({"certificateHashDataChain": chain}), chain, strict=True))
        others = {kind for (kind, serial), _ in listed if serial not in added}
        for (kind, serial), entry in listed:
            if serial not in added:
                continue
            removed = kind in others or kind != CSMS_ROOT
            if removed:
                hashes = entry.get("certificateHashData")
                removed = await self._accepted("DeleteCertificate", certificateHashData=hashes)
            if kind == CSMS_ROOT and removed:
                for number in (1, 2):  # the other one is trusted again, or still
                    self.janitor.link.serve_root(number, new=False)
            elif kind == CSMS_ROOT:
                self.changes.for_good = "the CSMS root was changed"
                if self.janitor.link.came_by_new_root:
                    self.janitor.link.succeed()

    async def _accepted(self, action: str, **payload: object) -> bool:
        """Send a request; whether it was accepted."""
        answer = await self.janitor.consult(action, **payload)
        return answer is not None and answer.frame.payload.get("status") == "Accepted"

    async def _tried(self, work: Awaitable[None]) -> None:
        """Go on with the rest where this fails, as long as the station is there."""
        try:
            await work
        except CaseStopped as stopped:
            if self.janitor.wire is None:
                raise
            self._failures.append(stopped)

    async def _let_end(self, update: int) -> None:
        """Let an update of firmware come to its end, with the reboots that belong to it."""

        def ended() -> bool | None:
            return any(each in _ENDS_UPDATE for each in self._told_of(update)) or None

        limits = self.sut.limits
        await self.janitor.inbox.wait(ended, limits.update + limits.boot)
        if await self.janitor.hangs_up():
            await self.janitor.expect_connection("restore", within=limits.boot)

    def _is_uploaded(self, log: int) -> bool | None:
        """True once the station has said what became of a log, or that it goes on no more."""
        return any(each not in _DURING_UPLOAD for each in self._told_of(log)) or None

    def _told_of(self, number: int) -> list[Any]:
        """Each status that the station has told of the update or upload with that requestId."""
        heard = (*self.peer.inbox.arrivals, *self.janitor.inbox.arrivals)
        told = (a.payload for a in heard if a.action.endswith("StatusNotification"))
        return [each.get("status") for each in told if each.get("requestId") == number]

    async def _let_restart(self, number: int) -> None:
        """Let an EVSE come back from its reset; only its connectors' states tell, if reported."""
        if not await self.janitor.inbox.wait(
            lambda: self._shown(number) - {"Available"} or None, self.sut.limits.silence
        ):
            return
        connectors = {(number, each): "Available" for each in self.sut.evses[number]}
        await self.janitor.expect_connectors("restore", connectors)

    def _shown(self, evse: int) -> set[str]:
        """The last reported states of an EVSE's connectors, in the case and since."""
        latest = {**self.peer.latest_reports(), **self.janitor.latest_reports()}
        return {each.status for connector, each in latest.items() if connector[0] == evse}

    async def _quietly(self, action: str, **payload: object) -> None:
        """Send a request whose refusal would change nothing for the next case."""
        sent = await self.janitor.send("restore", action, **payload)
        await sent.settled()

    async def _end_sessions(self) -> None:
        for transaction in self._still_running():
            await self._quietly("RequestStopTransaction", transactionId=transaction)
        unplugged = [s for s in self.peer.sessions if s.plugged]
        for session in self.peer.sessions:
            if session.suspended:
                with suppress(Unsupported):
                    await self.janitor.operator.attempt("ev_ready", evse=session.evse)
            if session.plugged:
                unplug = self.janitor.operator.unplug(session.evse, session.connector)
                await self._tried(unplug)
            if session.in_bay:
                await self._tried(self.janitor.operator.drive_out(session.evse))
        for session in unplugged:
            connector = (session.evse, session.connector)
            if not any(_holds(evse, connector) for evse in self.changes.inoperative):
                await self._tried(self._see_free(connector))
        await self._tried(self._wait_ended())
        waiting = [s for s in self.peer.sessions if s.authorized and s.transaction_id is None]
        since = list(self.janitor.owed.let_in.values())
        # A vehicle that was there may have begun the time anew when it left.
        since += [clock.monotonic() for session in waiting if session in unplugged]
        if waiting or since:
            await self._tried(self._let_drivers_go(max(since, default=clock.monotonic())))

    async def _see_free(self, connector: Connector) -> None:
        """A connector is Available; a cable that is locked in is let go and taken out (F05)."""
        free = {connector: "Available"}
        try:
            await self.janitor.expect_connectors("restore", free)
        except CaseStopped:
            evse, number = connector
            await self._quietly("UnlockConnector", evseId=evse, connectorId=number)
            await self.janitor.operator.unplug(evse, number)
            await self.janitor.expect_connectors("restore", free)

    async def _let_drivers_go(self, since: float) -> None:
        """A driver who does not plug in is forgotten after EVConnectionTimeOut (E03.FR.05).

        A station may keep one over a reboot, which is left for stations without a time-out.
        """
        janitor = self.janitor
        told = (await janitor.variables.read(_PLUG_TIME)).get(_PLUG_TIME, "")
        seconds = int(told) if told.isdecimal() else 0
        if seconds == 0:
            await janitor.reboot()
            await janitor.expect("restore", "BootNotification", within=self.sut.limits.boot)
            janitor.owed.let_in.clear()
            return
        # The station's clock is not ours.
        left = since + seconds + self.sut.limits.settle - clock.monotonic()
        await janitor.inbox.wait(lambda: None, max(0.0, left))
        janitor.owed.let_in.clear()

    async def _wait_for_messages(self) -> None:
        """What was promised is not for the next case: reports, and what was triggered.

        What a transaction goes on telling of itself is no sign that they are to come.
        """
        owed, inbox = self.janitor.owed, self.janitor.inbox

        def come() -> int:
            parts = (each for each in inbox.arrivals if each.action != "TransactionEvent")
            return sum(bool(each.owed_to) for each in parts)

        def more(than: int) -> bool | None:
            return not owed.messages or come() > than or None

        while owed.messages:
            if await inbox.wait(partial(more, come()), self.sut.limits.event) is None:
                owed.stop_waiting()

    def _still_running(self) -> set[str]:
        """Transactions that the station has announced, but not their end."""
        return self.janitor.owed.running

    async def _wait_ended(self) -> None:
        ended = await self.janitor.inbox.wait(
            lambda: None if self._still_running() else True, self.sut.limits.event
        )
        if not ended:
            expected = f"the end of {', '.join(self._still_running())}"
            message, wanted = "TransactionEventRequest", fact("ended")
            self.janitor.fail("restore", message, "", expected, "none", matcher=wanted)


def _holds(evse: Mapping[str, int], connector: Connector) -> bool:
    """Whether an EVSEType, empty for the whole station, names this connector or what holds it."""
    wanted = (evse.get("id"), evse.get("connectorId"))
    return all(named in (None, own) for named, own in zip(wanted, connector, strict=True))
