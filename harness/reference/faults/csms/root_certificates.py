"""Faults of a CSMS in the certificates that it installs, lists and deletes (block M)."""

from __future__ import annotations

from harness.reference.faults.base import Fault, inside, put, request, without
from harness.reference.faults.csms.words import hangs_up, never_sends
from harness.reference.rpc import Payload

_INSTALL, _LIST, _DELETE = "InstallCertificate", "GetInstalledCertificateIds", "DeleteCertificate"
_ALL = (
    *("V2GRootCertificate", "MORootCertificate", "CSMSRootCertificate"),
    *("V2GCertificateChain", "ManufacturerRootCertificate"),
)


def _is_for_manufacturer(payload: Payload) -> bool:
    return "ManufacturerRootCertificate" in payload.get("certificateType", ())


def _names_no_type(payload: Payload) -> bool:
    return "certificateType" not in payload


def _names_type(payload: Payload) -> bool:
    return not _names_no_type(payload)


def _cut_short(payload: Payload) -> None:
    lines = payload["certificate"].splitlines(keepends=True)
    payload["certificate"] = "".join((lines[0], *lines[2:]))


def _twice(payload: Payload) -> None:
    payload["certificate"] *= 2


def _next_serial(hashes: Payload) -> None:
    hashes["serialNumber"] = f"{int(hashes['serialNumber'], 16) + 1:x}"


def _is_by_other(payload: Payload) -> bool:
    return payload["certificateHashData"]["hashAlgorithm"] != "SHA256"


FAULTS = (
    Fault(
        "installs-broken-certificate",
        "A line of a certificate is lost on its way to the station.",
        request(_INSTALL, _cut_short),
        "M05.FR.01",
        ("TC_M_01_CSMS", "1>CertificateInstalled 1"),
    ),
    Fault(
        "installs-root-for-other-use",
        "A root of the manufacturer is installed as one of the CSMS.",
        request(_INSTALL, put(certificateType="CSMSRootCertificate"), when=_is_for_manufacturer),
        "M05.FR.01",
        ("TC_M_02_CSMS", "1>CertificateInstalled 1"),
    ),
    Fault(
        "installs-chain-as-root",
        "More than one certificate is sent where a root is to be installed.",
        request(_INSTALL, _twice),
        "M05.FR.01",
        ("TC_M_05_CSMS", "1"),
    ),
    Fault(
        "lists-roots-of-other-use",
        "Asks for roots of the CSMS in place of those of the manufacturer.",
        request(_LIST, put(certificateType=["CSMSRootCertificate"]), when=_is_for_manufacturer),
        "M03.FR.01",
        ("TC_M_13_CSMS", "1>GetInstalledCertificates 1"),
    ),
    Fault(
        "lists-every-type-by-name",
        "Names all types where none is to be named.",
        request(_LIST, put(certificateType=list(_ALL)), when=_names_no_type),
        "M03.FR.01",
        ("TC_M_18_CSMS", "1"),
    ),
    Fault(
        "lists-all-certificates",
        "Names no type where certificates of one are asked for.",
        request(_LIST, without("certificateType"), when=_names_type),
        "M03.FR.01",
        ("TC_M_19_CSMS", "1"),
    ),
    Fault(
        "deletes-by-sha-256",
        "Says SHA256 whatever hashes the station has named the certificate by.",
        request(
            _DELETE,
            inside("certificateHashData", put(hashAlgorithm="SHA256")),
            when=_is_by_other,
        ),
        "M04.FR.07",
        ("TC_M_20_CSMS", "4"),
    ),
    Fault(
        "deletes-next-certificate",
        "Names another certificate than the one to be deleted.",
        request(_DELETE, inside("certificateHashData", _next_serial)),
        "M04.FR.01",
        ("TC_M_21_CSMS", "3"),
    ),
    Fault(
        "never-deletes-certificates",
        "The button for DeleteCertificate does nothing.",
        never_sends(_DELETE),
        "M04.FR.01",
        ("TC_M_21_CSMS", "3"),
    ),
    Fault(
        "hangs-up-on-failed-installation",
        "A station that could not install a certificate loses its connection.",
        hangs_up(_INSTALL, "Failed"),
        "M05.FR.03",
        ("TC_M_05_CSMS", "post"),
    ),
    Fault(
        "hangs-up-on-no-certificates",
        "A station that has no certificates of a type loses its connection.",
        hangs_up(_LIST, "NotFound"),
        "M03.FR.02",
        ("TC_M_19_CSMS", "post"),
    ),
    Fault(
        "hangs-up-on-failed-deletion",
        "A station that could not delete a certificate loses its connection.",
        hangs_up(_DELETE, "Failed"),
        "M04.FR.03",
        ("TC_M_21_CSMS", "post"),
    ),
)
