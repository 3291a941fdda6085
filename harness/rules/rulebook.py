"""All standing rules, by the role of the system under test."""

from __future__ import annotations

from harness.rules import messages as rules_messages
from harness.rules.csms import CSMS
from harness.rules.frames import GENERAL, Rule
from harness.rules.station import STATION
from harness.rules.transactions import TRANSACTIONS
from harness.spec.roles import Role

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
