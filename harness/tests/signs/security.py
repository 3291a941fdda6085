"""How stations show that differ in their security."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.evidence.matchers import Contains
from harness.ocppj.connection_attempt import TLS_1_2, TLS_1_3, Attempt
from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Closed, Opened, Refused
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Holds,
    Sign,
    answer,
    call,
    frames,
    in_case,
    payloads,
    reads,
    reported,
    some,
    url_begins,
    without,
)


def attempts(outcome: Outcome) -> Iterator[Attempt]:
    events = outcome.peer.inbox.events
    return (e.attempt for e in events if isinstance(e, (Opened, Refused)))


def attempt(test: Callable[[Attempt], bool]) -> Holds:
    """Some attempt to connect passes a test."""
    return lambda o: any(test(each) for each in attempts(o))


def _newest_is_1_2(shown: Attempt) -> bool:
    return shown.offer is not None and shown.offer.newest == TLS_1_2


def _only_1_3(shown: Attempt) -> bool:
    return shown.offer is not None and min(shown.offer.versions) == TLS_1_3


def _only_rsa(shown: Attempt) -> bool:
    return shown.suite in ("AES128-GCM-SHA256", "AES256-GCM-SHA384")


def _given_up_after_tls(outcome: Outcome) -> bool:
    """A certificate was not good enough, but TLS came about."""
    return any(each.version and not each.requested for each in attempts(outcome))


def _first_refused(outcome: Outcome) -> bool:
    """The certificate for the first CSR was not taken."""
    answers = payloads(outcome, FrameKind.CALLRESULT, "CertificateSigned")
    return next(answers, {}).get("status") == "Rejected"


def _made_to_reconnect(outcome: Outcome) -> bool:
    """After the new certificate, the harness was the first to close the connection."""
    signed = next(frames(outcome, FrameKind.CALLRESULT, "CertificateSigned"), None)
    ends = (e for e in outcome.peer.inbox.events if isinstance(e, Closed))
    later = (each for each in ends if signed is not None and each.t >= signed.t)
    return next((each.end.by for each in later), None) is ClosedBy.HARNESS


def _slow(outcome: Outcome) -> bool:
    """More than half a minute went by between the answer to the trigger and the CSR."""
    agreed = next(frames(outcome, FrameKind.CALLRESULT, "TriggerMessage"), None)
    csr = next(frames(outcome, FrameKind.CALL, "SignCertificate"), None)
    return agreed is not None and csr is not None and csr.t - agreed.t > 30


def set_to(name: str, status: str) -> Holds:
    """The station answered so when that variable was set."""
    result = {"variable": {"name": name}, "attributeStatus": status}
    return answer("SetVariables", setVariableResult=Contains(result))


def lists(**hashes: str) -> Holds:
    """The station told such hash data of a certificate."""
    entry = Contains({"certificateHashData": hashes})
    return answer("GetInstalledCertificateIds", certificateHashDataChain=entry)


_RESULT = FrameKind.CALLRESULT
_CHAIN = "certificateHashDataChain"


def _in_upper_case(payload: Payload) -> bool:
    names = [entry["certificateHashData"]["issuerNameHash"] for entry in payload.get(_CHAIN, [])]
    return bool(names) and all(each == each.upper() for each in names)


def _has_room_for(entries: int) -> Holds:
    limit = {"maxLimit": entries}
    return reported("SecurityCtrlr", "CertificateEntries", variableCharacteristics=limit)


def _lists_one_root_at_last(outcome: Outcome) -> bool:
    *_, last = payloads(outcome, _RESULT, "GetInstalledCertificateIds")
    return len(last[_CHAIN]) == 1


SECURITY = {
    "tls-1.2-alone": Sign(attempt(_newest_is_1_2)),
    "tls-1.3-alone": Sign(attempt(_only_1_3)),
    "rsa-suites-alone": Sign(attempt(_only_rsa)),
    "ipv4-address": Sign(url_begins("wss://127.0.0.1")),
    "wildcards-allowed": Sign(set_to("AllowCSMSTLSWildcards", "Accepted")),
    "looks-after-handshake": Sign(in_case("TC_A_05_CS", _given_up_after_tls)),
    "csr-once": Sign(without("CertSigningRepeatTimes")),
    "newest-csr-alone": Sign(in_case("TC_A_23_CS", _first_refused)),
    "reboots-for-certificate": Sign(
        in_case("TC_A_11_CS", call("BootNotification", reason="ApplicationReset"))
    ),
    "keeps-connection-for-certificate": Sign(in_case("TC_A_11_CS", _made_to_reconnect)),
    "slow-keys": Sign(in_case("TC_A_15_CS", _slow)),
    "password-needs-reboot": Sign(set_to("BasicAuthPassword", "RebootRequired")),
    "no-root-check": Sign(reads("AdditionalRootCertificateCheck", "false")),
    "sha-384-hashes": Sign(lists(hashAlgorithm="SHA384")),
    "sha-512-hashes": Sign(lists(hashAlgorithm="SHA512")),
    "upper-case-hashes": Sign(some("GetInstalledCertificateIds", _in_upper_case, _RESULT)),
    "mobility-operator-roots": Sign(
        in_case("TC_M_19_CS", answer("DeleteCertificate", status="Accepted"))
    ),
    "v2g-certificates": Sign(
        answer(
            "GetInstalledCertificateIds",
            certificateHashDataChain=Contains({"certificateType": "V2GCertificateChain"}),
        )
    ),
    "keeps-last-roots": Sign(in_case("TC_M_20_CS", answer("DeleteCertificate", status="Failed"))),
    "store-of-two-certificates": Sign(_has_room_for(2)),
    "store-of-three-certificates": Sign(_has_room_for(3)),
    "drops-failed-root": Sign(in_case("TC_M_31_CS", _lists_one_root_at_last)),
    "no-profile-without-certificates": Sign(
        in_case("TC_A_20_CS", answer("SetNetworkProfile", status="Rejected"))
    ),
}
