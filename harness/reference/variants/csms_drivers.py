"""How CSMSs differ in what they say of drivers, and in what they ask of stations for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from harness import clock
from harness.reference.csms import Csms
from harness.reference.rpc import CALL, Payload
from harness.reference.variants.variant import Variant
from harness.reference.variants.wire import Alter, edited, small_tokens
from harness.sut.model import Configured, Token, Tokens


def _says(other_words: Mapping[str, str]) -> Alter:
    """The status of an idToken in other words."""

    def alter(csms: Csms) -> None:
        right = csms.answers.id_token_status

        def status(id_token: Payload) -> str:
            said = right(id_token)
            of_key_code = id_token["type"] == "KeyCode"  # Invalid in any case (C04.FR.01)
            return said if of_key_code else other_words.get(said, said)

        csms.answers.id_token_status = status

    return alter


def _tell_more(payload: Payload) -> None:
    period = {"startPeriod": 0, "limit": 16.0}
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}
    payload |= {
        "groupIdToken": {"idToken": "GROUP-1", "type": "Central"},
        "chargingProfile": {
            "id": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "validFrom": clock.now().isoformat(timespec="seconds"),
            "chargingSchedule": [schedule],
        },
    }


def _update_its_own_way(payload: Payload) -> None:
    """Its own time and patience, and line ends as in RFC 7468 they may be."""
    firmware: Payload = payload["firmware"]
    due = datetime.fromisoformat(firmware["retrieveDateTime"]) + timedelta(seconds=3)
    firmware["retrieveDateTime"] = due.isoformat()
    firmware["signingCertificate"] = firmware["signingCertificate"].strip().replace("\n", "\r\n")
    payload |= {"retries": 3, "retryInterval": 60}


def _leave_evse(payload: Payload) -> None:
    payload.pop("evseId", None)


def _name_place(payload: Payload) -> None:
    evse: Payload = payload.get("evse", {"id": 1})
    if "evse" in payload or payload["requestedMessage"] not in ("MeterValues", "TransactionEvent"):
        payload["evse"] = {"connectorId": 1, **evse}


CSMS_DRIVERS: Mapping[str, Variant] = {
    "strangers-are-unknown": Variant(
        "an idToken that it does not know is Unknown (AuthorizationStatusEnumType)",
        alter=_says({"Invalid": "Unknown"}),
    ),
    "one-reason-to-refuse": Variant(
        "why a driver is refused is not told (TC_C_06_CSMS, TC_C_07_CSMS)",
        alter=_says({"Blocked": "Invalid", "Expired": "Invalid", "Unknown": "Invalid"}),
    ),
    "key-codes": Variant(
        "drivers identify by key code (C04)",
        {},
        {"tokens": Tokens(invalid=Token("0815", "KeyCode"))},
    ),
    "small-tokens": Variant("idTokens are case-insensitive (IdTokenType)", alter=small_tokens),
    "tells-more-of-a-start": Variant(
        "a start with group and charging profile (F01.FR.08, F02.FR.16)",
        alter=edited(CALL, "RequestStartTransaction", _tell_more),
    ),
    "updates-its-own-way": Variant(
        "how often and when exactly is its own matter (UpdateFirmwareRequest)",
        alter=edited(CALL, "UpdateFirmware", _update_its_own_way),
    ),
    "evse-left-to-station": Variant(
        "which EVSE is used is left to the station (F01.FR.06, F02.FR.14)",
        alter=edited(CALL, "RequestStartTransaction", _leave_evse),
    ),
    "place-in-every-trigger": Variant(
        "where a message is not about an EVSE, one is ignored (F06.FR.03)",
        alter=edited(CALL, "TriggerMessage", _name_place),
    ),
    "one-evse": Variant("a station has one EVSE", {}, {"evses": {1: (1,)}}),
    "other-evse": Variant(
        "the station has further EVSEs and connectors",
        {},
        {
            "evses": {1: (1, 2), 2: (1, 2), 5: (1,)},
            "configured": Configured(evse_id=2, connector_id=2),
        },
    ),
}
