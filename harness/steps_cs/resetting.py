"""What a reset makes of the transaction that it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import ABSENT, Check, Satisfies, one_of
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session


@dataclass(frozen=True)
class StillConnected:
    """Matches chargingState EVConnected, or none where it was told since (E02.FR.13)."""

    csms: FakeCSMS
    session: Session
    since: int

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        return self._wanted.data

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """One comparison."""
        yield from self._wanted.checks(path, actual)

    @property
    def _wanted(self) -> Satisfies:
        return one_of("EVConnected", ABSENT) if self._told() else one_of("EVConnected")

    def _told(self) -> bool:
        events = (a.payload for a in self.csms.events_of(self.session, self.since))
        return any(
            event.get("eventType") == "Updated"
            and inner(event, "transactionInfo").get("chargingState") == "EVConnected"
            for event in events
        )
