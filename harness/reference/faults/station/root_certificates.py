"""Faults of the roots that a station is given, lists and deletes: TC_M_01 to TC_M_31."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography import x509

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    When,
    always,
    inside,
    replaces,
    response,
)
from harness.reference.faults.station.words import handles, only_answers
from harness.reference.rpc import Answer, Payload
from harness.reference.station.state import Certificate

_CSMS, _MANUFACTURER = "CSMSRootCertificate", "ManufacturerRootCertificate"
_CHAIN, _HASHES = "certificateHashDataChain", "certificateHashData"


def _of(kind: str) -> When:
    """A request about this type."""

    def is_about(asked: Payload) -> bool:
        return bool(asked["certificateType"] == kind)

    return is_about


def _named_by_other(field: str) -> Alter:
    """This field of hash data belongs to no certificate."""

    def change(data: Payload) -> None:
        data[field] = data[field][::-1]

    return response("GetInstalledCertificateIds", inside(_CHAIN, inside(_HASHES, change)))


def _leading_zero(data: Payload) -> None:
    data["serialNumber"] = f"0{data['serialNumber']}"


def _twice(payload: Payload) -> None:
    payload[_CHAIN] = payload.get(_CHAIN, []) * 2


def _last_alone(payload: Payload) -> None:
    payload[_CHAIN] = payload.get(_CHAIN, [])[-1:]


@handles("GetInstalledCertificateIds")
async def _lists_all_types(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    mark_triggered()
    return await original({} if asked else asked)


@handles("GetInstalledCertificateIds")
async def _lists_first_type(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    kinds = asked.get("certificateType", [])
    if len(kinds) > 1:
        mark_triggered()
    return await original({"certificateType": kinds[:1]} if kinds else {})


@handles("GetInstalledCertificateIds")
async def _empty_list(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    answer = await original(asked)
    if answer.payload["status"] == "NotFound":
        mark_triggered()
        return Answer({"status": "Accepted"})
    return answer


@handles("GetInstalledCertificateIds")
async def _without_csms_roots(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    answer = await original(asked)
    return _without(answer, [e for e in _listed(answer) if _is_csms_root(e)], mark_triggered)


@handles("GetInstalledCertificateIds")
async def _without_first_csms_roots(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    answer = await original(asked)
    found = [e for e in _listed(answer) if _is_csms_root(e)]
    return _without(answer, station.__dict__.setdefault("first_roots", found), mark_triggered)


def _listed(answer: Any) -> list[Payload]:
    return answer.payload.get(_CHAIN, [])


def _is_csms_root(entry: Payload) -> bool:
    return entry["certificateType"] == _CSMS


def _without(answer: Any, hidden: list[Payload], mark_triggered: MarkTriggered) -> Any:
    told = [each for each in _listed(answer) if each not in hidden]
    if told == _listed(answer):
        return answer
    mark_triggered()
    return Answer({"status": "Accepted", _CHAIN: told} if told else {"status": "NotFound"})


def _takes(is_taken: Callable[[x509.Certificate], bool]) -> Alter:
    """What is not usable is installed all the same, if it is a certificate of that kind."""

    @replaces("certificates.is_usable")
    def is_usable(
        _station: Any, original: Any, mark_triggered: MarkTriggered, shown: x509.Certificate
    ) -> bool:
        if not original(shown) and is_taken(shown):
            mark_triggered()
            return True
        return bool(original(shown))

    return is_usable


def _is_ca(shown: x509.Certificate) -> bool:
    return shown.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def _is_no_ca(shown: x509.Certificate) -> bool:
    return not _is_ca(shown)


def _found_by(*fields: str) -> Alter:
    """A certificate is found by these fields of its hash data alone."""

    @replaces("certificates.is_named")
    def is_named(
        station: Any, original: Any, mark_triggered: MarkTriggered, held: Certificate, asked: Any
    ) -> bool:
        data = station.certificates.hash_data(held)
        found = all(data[each] == asked[each].lower() for each in fields)
        if found != original(held, asked):
            mark_triggered()
        return found

    return is_named


@handles("InstallCertificate")
async def _keeps_what_it_refuses(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    answer = await original(asked)
    if answer.payload["status"] == "Rejected" and "bm8gY2Vy" not in asked["certificate"]:
        mark_triggered()
        station.memory.certificates.append(
            Certificate(asked["certificateType"], asked["certificate"])
        )
    return answer


@replaces("certificates.is_signed_by")
def _checks_no_signature(
    _station: Any, original: Any, mark_triggered: MarkTriggered, *given: Any
) -> bool:
    if not original(*given):
        mark_triggered()
    return True


@replaces("certificates.is_signed_by")
def _checks_name_of_issuer(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    shown: x509.Certificate,
    issuer: Certificate,
) -> bool:
    signed = bool(original(shown, issuer))
    named = shown.issuer == x509.load_pem_x509_certificate(issuer.pem.encode()).subject
    if named != signed:
        mark_triggered()
    return named


@replaces("certificates.try_delete")
def _deletes_none(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _given: Certificate
) -> bool:
    mark_triggered()
    return True


@replaces("certificates.try_delete")
def _deletes_old_one(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _given: Certificate
) -> bool:
    mark_triggered()
    station.memory.fallback_root = None
    return True


@replaces("certificates.try_delete")
def _deletes_all(
    station: Any, original: Any, mark_triggered: MarkTriggered, given: Certificate
) -> bool:
    mark_triggered()
    deleted = bool(original(given))
    station.memory.certificates.clear()
    return deleted


@handles("DeleteCertificate")
async def _takes_next_best(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Any:
    answer = await original(asked)
    if answer.payload["status"] == "NotFound":
        mark_triggered()
        station.memory.certificates.clear()
    return answer


@replaces("certificates.root_choices")
def _trusts_old_root_alone(
    station: Any, original: Any, mark_triggered: MarkTriggered, *given: Any
) -> list[list[str]]:
    fallback = station.memory.fallback_root
    if fallback is None:
        return list(original(*given))
    mark_triggered()
    return [[fallback.pem]]


@replaces("certificates.root_choices")
def _never_falls_back(
    station: Any, original: Any, mark_triggered: MarkTriggered, *given: Any
) -> list[list[str]]:
    if station.memory.fallback_root is not None:
        mark_triggered()
    return list(original(*given)[:1])


def _keeps_trusting(station: Any, mark_triggered: MarkTriggered) -> None:
    certificates, kept = station.certificates, list[Certificate]()
    connected_with, roots = certificates.connected_with, certificates.roots

    def connected(trusted: list[str]) -> None:
        former = station.memory.fallback_root
        connected_with(trusted)
        if former is not None and station.memory.fallback_root is None:
            mark_triggered()
            kept.append(former)

    certificates.connected_with = connected
    certificates.roots = lambda: [*roots(), *(each.pem for each in kept)]


def _fault(
    name: str, what: str, alter: Alter, requirement: str, case: str, step: str, **more: Any
) -> Fault:
    return Fault(name, what, alter, requirement, (f"TC_M_{case}_CS", step), **more)


_LISTED = "GetInstalledCertificates 2"
_NO_CHECK = {"variant": "no-root-check"}

FAULTS = (
    _fault(
        "csms-root-not-kept",
        "Accepts a CSMS root and does not keep it.",
        only_answers("InstallCertificate", {"status": "Accepted"}, when=_of(_CSMS)),
        *("M05.FR.02", "01", f"2>{_LISTED}"),
    ),
    _fault(
        "manufacturer-root-not-kept",
        "Accepts a root of its manufacturer and does not keep it.",
        only_answers("InstallCertificate", {"status": "Accepted"}, when=_of(_MANUFACTURER)),
        *("M05.FR.02", "02", f"2>{_LISTED}"),
    ),
    _fault(
        "roots-named-by-other-key",
        "Lists certificates by the hash of another key.",
        _named_by_other("issuerKeyHash"),
        *("M03.FR.04", "12", f"1>{_LISTED}"),
    ),
    _fault(
        "roots-named-by-other-issuer",
        "Lists certificates by the hash of another name.",
        _named_by_other("issuerNameHash"),
        *("M03.FR.04", "13", f"1>{_LISTED}"),
    ),
    _fault(
        "roots-listed-twice",
        "Lists every certificate twice.",
        response("GetInstalledCertificateIds", _twice, when=lambda p: _CHAIN in p),
        *("M03.FR.04, M05.FR.17", "12", f"1>{_LISTED}"),
    ),
    _fault(
        "roots-of-all-types-listed",
        "Lists certificates of all types, whichever is asked for.",
        _lists_all_types,
        *("M03.FR.04", "13", f"1>{_LISTED}"),
    ),
    _fault(
        "roots-of-first-type-listed",
        "Lists the certificates of the first type that it is asked for alone.",
        _lists_first_type,
        *("M03.FR.04", "17", f"1>{_LISTED}"),
    ),
    _fault(
        "csms-roots-not-listed",
        "Lists no root of the CSMS, not even that by which it is connected.",
        _without_csms_roots,
        *("M03.FR.04", "22", f"1>{_LISTED}"),
    ),
    _fault(
        "first-csms-root-not-listed",
        "Lists the roots of the CSMS that it was sent alone, not that it came with.",
        _without_first_csms_roots,
        *("M03.FR.04", "12", f"1>{_LISTED}"),
        **_NO_CHECK,
    ),
    _fault(
        "last-root-listed-alone",
        "Lists one certificate, however many there are.",
        response("GetInstalledCertificateIds", _last_alone, when=lambda p: _CHAIN in p),
        *("M03.FR.04", "18", "2"),
    ),
    _fault(
        "empty-store-accepted",
        "Does not say that no certificate was found.",
        _empty_list,
        *("M03.FR.02", "19", "2"),
    ),
    _fault(
        "expired-root-installed",
        "Installs a root whose time is over.",
        _takes(_is_ca),
        *("M05.FR.07", "07", "2"),
        **_NO_CHECK,
    ),
    _fault(
        "leaf-installed-as-root",
        "Installs a certificate of no authority as a root.",
        _takes(_is_no_ca),
        *("M05.FR.07", "07", "2"),
        **_NO_CHECK,
    ),
    _fault(
        "refused-root-installed",
        "Rejects a root and installs it.",
        _keeps_what_it_refuses,
        *("M05.FR.07", "07", "4"),
        **_NO_CHECK,
    ),
    _fault(
        "root-check-left-out",
        "Installs a CSMS root that the old one has not signed.",
        _checks_no_signature,
        *("M05.FR.11", "09", "2"),
    ),
    _fault(
        "root-check-by-name",
        "Installs a CSMS root that names the old one as its issuer, whoever has signed it.",
        _checks_name_of_issuer,
        *("M05.FR.11", "09", "2"),
    ),
    _fault(
        "deleted-root-kept",
        "Says that it has deleted a certificate, and has not.",
        _deletes_none,
        *("M04.FR.02", "20", f"4>{_LISTED}"),
    ),
    _fault(
        "other-root-deleted",
        "Deletes the old CSMS root in place of the new one.",
        _deletes_old_one,
        *("M04.FR.02", "20", f"4>{_LISTED}"),
    ),
    _fault(
        "all-roots-deleted",
        "Deletes every certificate where one is to go.",
        _deletes_all,
        *("M04.FR.02", "20", f"4>{_LISTED}"),
        **_NO_CHECK,
    ),
    _fault(
        "unknown-certificate-deletes-all",
        "Does not find a certificate, and deletes all others.",
        _takes_next_best,
        *("M04.FR.04", "22", "post"),
    ),
    _fault(
        "deletes-by-serial-number",
        "Deletes the certificate of a serial number, whoever issued it.",
        _found_by("serialNumber"),
        *("M04.FR.04", "22", "post"),
    ),
    _fault(
        "deletes-by-issuer",
        "Deletes a certificate of an issuer, whatever its serial number is.",
        _found_by("issuerNameHash", "issuerKeyHash"),
        *("M04.FR.04", "22", "post"),
    ),
    _fault(
        "deletes-whatever-the-key",
        "Deletes a certificate of an issuer's name and a serial number, whatever the issuer's key.",
        _found_by("issuerNameHash", "serialNumber"),
        *("M04.FR.04", "22", "post"),
    ),
    _fault(
        "own-certificate-deletable",
        "Says that it has deleted its own certificate.",
        only_answers("DeleteCertificate", {"status": "Accepted"}, when=always),
        *("M04.FR.06", "23", "3"),
    ),
    _fault(
        "new-root-not-trusted",
        "Goes on trusting the old CSMS root alone.",
        _trusts_old_root_alone,
        *("M05.FR.12", "30", "4"),
    ),
    _fault(
        "old-root-trusted-in-secret",
        "Lists the old CSMS root no more, and goes on trusting it.",
        _keeps_trusting,
        *("M05.FR.13", "30", "post"),
    ),
    _fault(
        "old-root-not-tried",
        "Does not fall back on the old CSMS root.",
        _never_falls_back,
        *("M05.FR.14", "31", "5"),
    ),
    _fault(
        "serial-number-with-zero",
        "Lists serial numbers with a leading zero.",
        response("GetInstalledCertificateIds", inside(_CHAIN, inside(_HASHES, _leading_zero))),
        *("M03.FR.04", "02", f"2>{_LISTED}"),
    ),
)
