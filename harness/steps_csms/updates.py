"""Updates of firmware that a CSMS asks for, and what the station tells of them (L01)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from cryptography import x509

from harness import clock
from harness.evidence.matchers import Check, fact, parse_time
from harness.ocppj.frames import Payload
from harness.peers.answers import in_the_future, now
from harness.peers.fake_station import FakeStation
from harness.pki.firmware import make_signer
from harness.steps_csms.locations import url_check
from harness.steps_csms.request_ids import new_check
from harness.steps_csms.telling import tell, tell_connector, tell_connectors

_LOCATION = "https://firmware.example.test/firmware.bin"
#: Beside the step: the requestIds that the operator is asked to choose.
_IDS = 90
_BY_FIELD = {
    "$.firmware.location": "L01.FR.11; FirmwareType",
    "$.firmware.signature": "L01.FR.09",
    "$.firmware.retrieveDateTime": "L01.FR.13",
    "$.firmware.installDateTime": "L01.FR.16",
    "$.requestId": "L01.FR.10",
}


@dataclass(frozen=True)
class Update:
    """An update as the CSMS has asked for it: ``retrieve`` and ``install`` are when it is due."""

    request_id: int
    retrieve: datetime | None
    install: datetime | None


async def request_update(
    station: FakeStation,
    step: int,
    answer_step: int,
    status: str = "Accepted",
    *,
    retrieve_in: float = 0,
    install_in: float | None = None,
    after: Update | None = None,
) -> Update:
    """Have the CSMS ask for an update, whose dates are so many seconds ahead; answer it so.

    Whatever the page looks at, the request has the Firmware Signing certificate and the signature
    that the operator named (L01.FR.09, L01.FR.11). ``after``: an update that is under way.
    """
    wanted = _signed(station) | {"retrieveDateTime": in_the_future(retrieve_in)}
    if install_in is not None:
        wanted["installDateTime"] = in_the_future(install_in)
    request = await station.requested(
        step,
        answer_step,
        "UpdateFirmware",
        wish={"requestId": _IDS + step, "firmware": wanted},
        answer={"status": status},
        requirement="L01.FR.11",
    )
    payload = cast(Payload, request.payload)
    firmware = payload.get("firmware", {})
    checks = [*_well_signed(firmware, wanted), *_new(payload, after)]
    checks.append(url_check("$.firmware.location", firmware.get("location")))
    if retrieve_in:
        checks.append(_ahead(firmware, "retrieveDateTime"))
    if install_in:
        checks.append(_ahead(firmware, "installDateTime"))
    message = "UpdateFirmwareRequest"
    station.judge(step, message, checks, "L01.FR.11", frame=request.id, by_field=_BY_FIELD)
    dates = [parse_time(firmware.get(name)) for name in ("retrieveDateTime", "installDateTime")]
    return Update(payload["requestId"], *dates)


def _signed(station: FakeStation) -> Payload:
    """FirmwareType without its dates: of the description, or made here."""
    image, signer = station.sut.firmware, make_signer()
    signature = image.signature_file and Path(image.signature_file).read_text("ascii").strip()
    certificate = image.certificate_file and Path(image.certificate_file).read_text("ascii")
    return {
        "location": image.location or _LOCATION,
        "signingCertificate": certificate or signer.pem,
        "signature": signature or signer.sign(b"firmware"),
    }


def _well_signed(firmware: Payload, wanted: Payload) -> Iterator[Check]:
    certificate, text = wanted["signingCertificate"], firmware.get("signingCertificate", "absent")
    path, name = "$.firmware.signingCertificate", "the certificate that the operator named"
    ok = _same(_certificate, text, certificate)
    yield Check(path, name, name if ok else text, ok, fact("signing certificate"))
    signature, text = wanted["signature"], firmware.get("signature", "absent")
    path, name = "$.firmware.signature", "the signature that the operator named"
    ok = _same(_bytes, text, signature)
    yield Check(path, name, name if ok else text, ok, fact("signature"))


def _same(read: Callable[[Any], object], text: Any, wanted: str) -> bool:
    """Whether both say the same; what nobody can read is compared letter by letter."""
    said = read(wanted)
    return text == wanted if said is None else read(text) == said


def _certificate(text: Any) -> x509.Certificate | None:
    """The one certificate in a PEM text, whatever stands around it."""
    try:
        return x509.load_pem_x509_certificate(str(text).encode())
    except ValueError:
        return None


def _bytes(text: Any) -> bytes | None:
    """What a text in Base64 says, however its lines are broken."""
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _new(payload: Payload, after: Update | None) -> Iterator[Check]:
    if after is None:
        return
    yield new_check(payload.get("requestId"), after.request_id)


def _ahead(firmware: Payload, name: str) -> Check:
    told = firmware.get(name, "absent")
    moment = parse_time(told)
    ok = moment is not None and moment > clock.now()
    return Check(f"$.firmware.{name}", "in the future", told, ok, fact("in the future"))


async def tell_statuses(station: FakeStation, update: Update, statuses: Mapping[int, str]) -> None:
    """Tell how far an update is, by the step; the step after each is the answer.

    What has a date waits for it (L01.FR.13, L01.FR.16).
    """
    for step, status in statuses.items():
        if status == "Downloading":
            await _until(station, step, update.retrieve)
        if status == "Installing":
            await _until(station, step, update.install)
        await tell_status(station, step, update, status)


async def tell_status(station: FakeStation, step: int, update: Update, status: str) -> None:
    """Tell how far an update is (L01.FR.01, L01.FR.10)."""
    told = {"status": status, "requestId": update.request_id}
    await tell(station, step, step + 1, "FirmwareStatusNotification", **told)


async def _until(station: FakeStation, step: int, moment: datetime | None) -> None:
    seconds = (moment - clock.now()).total_seconds() if moment else 0
    if seconds > 0:
        station.record.act(step, "waits", seconds=round(seconds))
        await clock.sleep(seconds)


async def tell_security_event(station: FakeStation, step: int, kind: str) -> None:
    """Tell of a security event; the next step is the answer."""
    await tell(station, step, step + 1, "SecurityEventNotification", type=kind, timestamp=now())


async def make_free_unavailable(station: FakeStation, step: int) -> None:
    """While an update waits for a transaction, the other EVSEs are Unavailable (L01.FR.07).

    That of the transaction will be, as soon as it is free.
    """
    for evse, connector in station.sut.connectors:
        if evse != station.evse["id"]:
            await tell_connector(station, step, step + 1, "Unavailable", (evse, connector))
    station.transaction.inoperative = True


async def boot_new_firmware(station: FakeStation, step: int) -> None:
    """Reboot into the new firmware, in four steps: the boot, and every connector (B01.FR.05)."""
    await station.reconnect(step)
    await station.boot(step, step + 1, reason="FirmwareUpdate", status="Accepted")
    await tell_connectors(station, step + 2, step + 3, "Available")
