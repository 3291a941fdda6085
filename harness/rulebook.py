"""All standing rules, by the role of the system under test."""

from __future__ import annotations

from harness import rules_messages
from harness.rules import GENERAL, Rule
from harness.rules_csms import CSMS
from harness.rules_station import STATION
from harness.rules_transactions import TRANSACTIONS
from harness.sut import Role

RULEBOOK: dict[Role, tuple[Rule, ...]] = {
    Role.STATION: (
        *GENERAL,
        *STATION,
        *TRANSACTIONS,
        *rules_messages.BOTH,
        *rules_messages.OF_STATION,
    ),
    Role.CSMS: (*GENERAL, *CSMS, *rules_messages.BOTH, *rules_messages.OF_CSMS),
}
