"""OCPP 2.0.1: its ids, names and tables.

``catalogue.json`` has the cases of Part 6, and where Part 5 puts each of them. ``requirements``:
ids of Part 2. ``certification``: profile, ``status`` for this role (M mandatory, C conditional) and
the condition in the feature ids of Part 5; ``erratum``: section of the errata sheet 2025-09 that
changed the entry. ``needs``: condition of a case outside the certification programme, from its
prerequisites. ``errata``: how many corrections its page has. ``first``: part of the Core and
Advanced Security set.
"""

from __future__ import annotations

from harness.spec.edition import Edition
from harness.spec.ocpp201.answers import CSMS_ANSWERS, STATION_ANSWERS
from harness.spec.ocpp201.features import FEATURES

OCPP_201 = Edition(
    version="2.0.1",
    documents="Part 6 Edition 3, errata 2025-09",
    subprotocol="ocpp2.0.1",
    network_profile="OCPP20",
    message_types=(2, 3, 4),
    data_types="ocpp.v201",
    tables=__name__,
    features=FEATURES,
    csms_answers=CSMS_ANSWERS,
    station_answers=STATION_ANSWERS,
)
