"""Faults in how a CSMS asks for updates of firmware, and in what it makes of their statuses (L)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import clock
from harness.reference.faults.base import (
    Change,
    Fault,
    MarkTriggered,
    When,
    all_of,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import hangs_up, never_sends, refuses
from harness.reference.rpc import CallError, Payload

_UPDATE = "UpdateFirmware"
_STATUS = "FirmwareStatusNotification"
_HEADER, _FOOTER = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def _is(*statuses: str) -> When:
    return lambda payload: payload["status"] in statuses


def _bare(firmware: Payload) -> None:
    """The certificate loses its PEM header."""
    text: str = firmware["signingCertificate"]
    firmware["signingCertificate"] = text.replace(_HEADER, "").replace(_FOOTER, "").strip()


def _now(name: str) -> Change:
    def change(payload: Payload) -> None:
        payload[name] = (clock.now() - timedelta(minutes=5)).isoformat()

    return change


@replaces("answers.answer")
async def _new_firmware_waits(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    answer: Payload = await original(station, action, payload)
    if action == "BootNotification" and payload["reason"] == "FirmwareUpdate":
        mark_triggered()
        return {**answer, "status": "Pending"}
    return answer


@replaces("requests.fill")
def _same_number(csms: Any, original: Any, mark_triggered: MarkTriggered, *asked: Any) -> Payload:
    payload: Payload = original(*asked)
    if asked[1] == _UPDATE:
        number = csms.__dict__.setdefault("number_of_updates", payload["requestId"])
        if number != payload["requestId"]:
            mark_triggered()
        return {**payload, "requestId": number}
    return payload


@replaces("requests.send")
async def _one_update_at_a_time(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    if action == _UPDATE and csms.__dict__.setdefault("updates", 0):
        mark_triggered()
        return {"status": "Rejected"}
    if action == _UPDATE:
        csms.__dict__["updates"] += 1
    return await original(station, action, payload)


@replaces("requests.send")
async def _no_update_while_charging(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    if action == _UPDATE and station.transactions:
        mark_triggered()
        return {"status": "Rejected"}
    return await original(station, action, payload)


@replaces("requests.send")
async def _knows_latest(
    csms: Any,
    original: Any,
    _mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    if action == _UPDATE:
        csms.__dict__["latest_update"] = payload["requestId"]
    return await original(station, action, payload)


@replaces("answers.check_payload")
def _refuses_earlier(
    csms: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> None:
    original(action, payload)
    latest = csms.__dict__.get("latest_update")
    if action == _STATUS and payload.get("requestId", latest) != latest:
        mark_triggered()
        raise CallError("InternalError")


FAULTS = (
    Fault(
        "firmware-without-address",
        "Where the firmware is to be had is told as a name without protocol and host.",
        request(_UPDATE, inside("firmware", put(location="firmware.bin"))),
        "L01.FR.11",
        ("TC_L_01_CSMS", "1"),
    ),
    Fault(
        "firmware-unsigned",
        "An update has a certificate and no signature.",
        request(_UPDATE, inside("firmware", without("signature"))),
        "L01.FR.09",
        ("TC_L_01_CSMS", "1"),
    ),
    Fault(
        "signing-certificate-forgotten",
        "An update has a signature and no certificate.",
        request(_UPDATE, inside("firmware", without("signingCertificate"))),
        "L01.FR.11",
        ("TC_L_08_CSMS", "1"),
    ),
    Fault(
        "signing-certificate-bare",
        "The signing certificate is Base64 without the frame of PEM.",
        request(_UPDATE, inside("firmware", _bare)),
        "L01.FR.11",
        ("TC_L_06_CSMS", "1"),
    ),
    Fault(
        "new-firmware-waits",
        "A station that boots with new firmware is Pending, and stays so.",
        _new_firmware_waits,
        "B01.FR.02",
        ("TC_L_01_CSMS", "14"),
    ),
    Fault(
        "installs-at-once",
        "The date of an installation is left out.",
        request(_UPDATE, inside("firmware", without("installDateTime"))),
        "L01.FR.16",
        ("TC_L_02_CSMS", "1"),
    ),
    Fault(
        "downloads-at-once",
        "The date of a download has passed, whatever the operator wanted.",
        request(_UPDATE, inside("firmware", _now("retrieveDateTime"))),
        "L01.FR.13",
        ("TC_L_03_CSMS", "1"),
    ),
    Fault(
        "hangs-up-on-revocation",
        "A station that finds a signing certificate revoked loses its connection.",
        hangs_up(_UPDATE, "RevokedCertificate"),
        "L01.FR.21",
        ("TC_L_04_CSMS", "post"),
    ),
    Fault(
        "signing-event-refused",
        "The event of an invalid signing certificate is answered by a CALLERROR.",
        refuses(
            "SecurityEventNotification",
            lambda event: event["type"] == "InvalidFirmwareSigningCertificate",
        ),
        "L01.FR.02",
        ("TC_L_05_CSMS", "4"),
    ),
    Fault(
        "signature-status-refused",
        "That a signature is invalid is answered by a CALLERROR.",
        refuses(_STATUS, _is("InvalidSignature")),
        "L01.FR.01",
        ("TC_L_06_CSMS", "8"),
    ),
    Fault(
        "failed-download-refused",
        "That a download failed is answered by a CALLERROR.",
        refuses(_STATUS, _is("DownloadFailed", "DownloadPaused")),
        "L01.FR.30",
        ("TC_L_07_CSMS", "6"),
    ),
    Fault(
        "failed-verification-refused",
        "That firmware proves defective is answered by a CALLERROR.",
        refuses(_STATUS, _is("InstallVerificationFailed")),
        "L01.FR.29",
        ("TC_L_08_CSMS", "12"),
    ),
    Fault(
        "failed-installation-refused",
        "That an installation failed is answered by a CALLERROR.",
        refuses(_STATUS, _is("InstallationFailed")),
        "L01.FR.01",
        ("TC_L_09_CSMS", "18"),
    ),
    Fault(
        "scheduled-status-refused",
        "That an update waits is answered by a CALLERROR.",
        refuses(_STATUS, _is("DownloadScheduled", "InstallScheduled")),
        "L01.FR.13, L01.FR.16",
        ("TC_L_02_CSMS", "10"),
    ),
    Fault(
        "update-never-sent",
        "The button for UpdateFirmware does nothing.",
        never_sends(_UPDATE),
        "L01.FR.11",
        ("TC_L_07_CSMS", "1"),
    ),
    Fault(
        "updates-of-one-number",
        "Every update has the requestId of the first.",
        _same_number,
        "L01.FR.10",
        ("TC_L_10_CSMS", "5"),
    ),
    Fault(
        "one-update-at-a-time",
        "While an update is under way, no other is asked for.",
        _one_update_at_a_time,
        "L01.FR.24",
        ("TC_L_10_CSMS", "5"),
    ),
    Fault(
        "latest-update-alone",
        "The status of another update than the latest is answered by a CALLERROR.",
        all_of(_knows_latest, _refuses_earlier),
        "L01.FR.27",
        ("TC_L_11_CSMS", "8"),
    ),
    Fault(
        "no-update-while-charging",
        "No update is asked for while a transaction runs.",
        _no_update_while_charging,
        "L01.FR.06",
        ("TC_L_13_CSMS", "1"),
    ),
)
