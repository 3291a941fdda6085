"""All standing rules, by the role of the system under test."""

from __future__ import annotations

from harness.rules import messages as rules_messages
from harness.rules.connectors import CONNECTORS
from harness.rules.csms import CSMS
from harness.rules.energy import ENERGY
from harness.rules.firmware import FIRMWARE
from harness.rules.frames import GENERAL, Rule
from harness.rules.heartbeats import HEARTBEATS
from harness.rules.kept import KEPT
from harness.rules.orders import ORDERS
from harness.rules.promises import PROMISES
from harness.rules.readings import READINGS
from harness.rules.reconnections import RECONNECTIONS
from harness.rules.reports import REPORTS
from harness.rules.station import STATION
from harness.rules.transactions import TRANSACTIONS

OF_STATION: tuple[Rule, ...] = (
    *GENERAL,
    *STATION,
    *TRANSACTIONS,
    *READINGS,
    *ENERGY,
    *FIRMWARE,
    *CONNECTORS,
    *RECONNECTIONS,
    *HEARTBEATS,
    *PROMISES,
    *KEPT,
    *REPORTS,
    *rules_messages.BOTH,
    *rules_messages.OF_STATION,
)
OF_CSMS: tuple[Rule, ...] = (
    *GENERAL,
    *CSMS,
    *ORDERS,
    *rules_messages.BOTH,
    *rules_messages.OF_CSMS,
)
