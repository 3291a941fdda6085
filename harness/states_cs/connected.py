"""What an event about the cable need not repeat, because another event has told it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import ABSENT, Check, as_data, compare, matches, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session


@dataclass(frozen=True)
class ConnectedEvse:
    """Matches the EVSE and connector of a session.

    Only the next event after the connection has to name them (E01.FR.16); that may be one that the
    station tells beside the one that is due (E02.FR.16).
    """

    csms: FakeCSMS
    session: Session
    since: int

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        return as_data(self._wanted)

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """The comparisons."""
        yield from compare(self._wanted, actual, path)

    @property
    def _wanted(self) -> Any:
        evse = self.session.evse_json
        return one_of(evse, ABSENT) if self._told() else evse

    def _told(self) -> bool:
        """Whether another event told it, beside the one of the cable itself (E02.FR.17)."""
        events = [a.payload for a in self.csms.events_of(self.session, self.since)]
        cable = [each.get("triggerReason") == "CablePluggedIn" for each in events]
        named = [matches({"evse": self.session.evse_json}, each) for each in events]
        return any(cable) and any(n and not c for n, c in zip(named, cable, strict=True))
