"""OCPP 2.0.1: its ids, names and tables."""

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
