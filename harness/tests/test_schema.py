"""Payloads against their schemas: what is wrong is found, what is right is not."""

from typing import Any

import pytest

from harness.ocppj.frames import Frame, parse
from harness.ocppj.schema import MOST_PROBLEMS, problems
from harness.spec.editions import DEFAULT

STATUS = {
    "timestamp": "2025-03-01T12:00:00Z",
    "connectorStatus": "Available",
    "evseId": 1,
    "connectorId": 1,
}


def paths(message: str, payload: dict[str, Any]) -> list[str]:
    return [problem.path for problem in problems(DEFAULT, message, payload)]


def test_all_messages_of_ocpp_are_known() -> None:
    assert len(DEFAULT.actions) == 64
    assert {"BootNotification", "Get15118EVCertificate", "UnpublishFirmware"} <= DEFAULT.actions
    assert "bootNotification" not in DEFAULT.actions


def test_every_schema_can_be_used() -> None:
    for action in DEFAULT.actions:
        for message in (f"{action}Request", f"{action}Response"):
            assert isinstance(problems(DEFAULT, message, {}), list)


def test_an_unknown_message_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        problems(DEFAULT, "FrobnicateRequest", {})


def test_a_right_payload_has_no_problems() -> None:
    assert problems(DEFAULT, "StatusNotificationRequest", STATUS) == []
    assert problems(DEFAULT, "StatusNotificationResponse", {}) == []


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        ({"evseId": "1"}, "$.evseId", "type integer"),
        ({"evseId": True}, "$.evseId", "type integer"),
        ({"evseId": 1.5}, "$.evseId", "type integer"),
        ({"evseId": None}, "$.evseId", "a value, or the field left out"),
        ({"connectorStatus": "available"}, "$.connectorStatus", "one of ['Available'"),
        ({"color": "red"}, "$", "only fields of the schema"),
        ({"timestamp": "yesterday"}, "$.timestamp", "format date-time"),
        ({"timestamp": "2025-03-01T12:00:00"}, "$.timestamp", "format date-time"),
        ({"timestamp": "2025-03-01 12:00:00"}, "$.timestamp", "format date-time"),
        ({"timestamp": "2025-02-30T12:00:00Z"}, "$.timestamp", "format date-time"),
        ({"timestamp": "20250301T120000Z"}, "$.timestamp", "format date-time"),
        ({"timestamp": "2025-03-01T12:00:00Z\n"}, "$.timestamp", "format date-time"),
        ({"timestamp": 5}, "$.timestamp", "type string"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], path: str, expected: str) -> None:
    found = problems(DEFAULT, "StatusNotificationRequest", {**STATUS, **change})
    assert any(p.path == path and p.expected.startswith(expected) for p in found), found


@pytest.mark.parametrize(
    "moment",
    [
        "2025-03-01T12:00:00.123456Z",
        "2025-03-01T12:00:00+01:00",
        "2025-03-01T12:00:00-00:00",
        "2024-02-29T23:59:59.9Z",
    ],
)
def test_every_rfc_3339_moment_is_a_date_time(moment: str) -> None:
    assert problems(DEFAULT, "StatusNotificationRequest", {**STATUS, "timestamp": moment}) == []


def test_a_missing_field_is_named() -> None:
    [problem] = problems(DEFAULT, "HeartbeatResponse", {})
    assert (problem.path, problem.expected, problem.actual) == (
        "$",
        "the required currentTime",
        "absent",
    )


def test_lengths_count() -> None:
    station = {"model": "m" * 20, "vendorName": "v" * 50}
    boot = {"reason": "PowerUp", "chargingStation": station}
    assert problems(DEFAULT, "BootNotificationRequest", boot) == []
    station["model"] += "m"
    assert paths("BootNotificationRequest", boot) == ["$.chargingStation.model"]


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"vendorId": "V", "messageId": None}, "$.messageId"),
        ({"vendorId": "V", "data": None}, "$.data"),
        ({"vendorId": "V", "data": []}, "$.data"),
    ],
)
def test_null_and_empty_lists_are_to_be_left_out(payload: dict[str, Any], path: str) -> None:
    assert path in paths("DataTransferRequest", payload)


def test_a_vendors_own_data_is_the_vendors_business() -> None:
    custom = {"vendorId": "V", "anything": [None, [], {"a": []}]}
    assert problems(DEFAULT, "HeartbeatRequest", {"customData": custom}) == []
    data = {"vendorId": "V", "data": [None, {"a": []}]}
    assert problems(DEFAULT, "DataTransferRequest", data) == []
    assert paths("HeartbeatRequest", {"customData": {"anything": 1}}) == ["$.customData"]


def profile(limit: str) -> dict[str, Any]:
    frame = parse(
        '[2, "i", "SetChargingProfile", {"evseId": 1, "chargingProfile": {"id": 1, "stackLevel": 0,'
        ' "chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Absolute",'
        ' "chargingSchedule": [{"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod":'
        ' [{"startPeriod": 0, "limit": ' + limit + "}]}]}}]",
        DEFAULT,
    )
    assert isinstance(frame, Frame)
    return frame.payload


@pytest.mark.parametrize("limit", ["8.1", "0.3", "6", "6.0", "16.0", "1000000000000.1"])
def test_numbers_are_taken_exactly(limit: str) -> None:
    assert problems(DEFAULT, "SetChargingProfileRequest", profile(limit)) == []


def test_an_integer_may_be_written_with_a_point() -> None:
    frame = parse('[3, "i", {"versionNumber": 4.0}]', DEFAULT)
    assert isinstance(frame, Frame)
    assert problems(DEFAULT, "GetLocalListVersionResponse", frame.payload) == []
    frame = parse('[3, "i", {"versionNumber": 4.5}]', DEFAULT)
    assert isinstance(frame, Frame)
    assert paths("GetLocalListVersionResponse", frame.payload) == ["$.versionNumber"]


@pytest.mark.parametrize("limit", ["1e40", "-1e999999999", "1e-999999999", "9" * 4000])
def test_no_number_breaks_the_check(limit: str) -> None:
    assert isinstance(problems(DEFAULT, "SetChargingProfileRequest", profile(limit)), list)


def test_a_thousand_mistakes_are_reported_as_a_few() -> None:
    wrong = [{"eventId": "x"}] * 1000
    event = {"generatedAt": STATUS["timestamp"], "seqNo": 0, "eventData": wrong}
    assert len(problems(DEFAULT, "NotifyEventRequest", event)) == MOST_PROBLEMS


def test_a_long_value_is_reported_briefly() -> None:
    found = problems(
        DEFAULT, "StatusNotificationRequest", {**STATUS, "connectorStatus": "x" * 100_000}
    )
    assert max(len(str(problem.actual)) for problem in found) < 3_000
