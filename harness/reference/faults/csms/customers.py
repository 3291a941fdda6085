"""Faults of a CSMS in what it asks and is told about customers (block N)."""

from __future__ import annotations

from harness.reference.faults.base import Fault, inside, put, request, without
from harness.reference.faults.csms.words import dead_button, hangs_up, refuses
from harness.reference.rpc import Payload

_ASKS = "CustomerInformation"
_IS_TOLD = "NotifyCustomerInformation"


def _goes_on(payload: Payload) -> bool:
    return payload["seqNo"] > 0


def _has_no_text(payload: Payload) -> bool:
    return not payload["data"]


def _has_no_tbc(payload: Payload) -> bool:
    return "tbc" not in payload


def _wants_report(payload: Payload) -> bool:
    return payload["report"]


FAULTS = (
    Fault(
        "customer-parts-refused",
        "A second part of customer information is answered by a CALLERROR.",
        refuses(_IS_TOLD, _goes_on),
        "N09.FR.05",
        ("TC_N_27_CSMS", "4"),
    ),
    Fault(
        "empty-customer-data-refused",
        "Customer information without a text is answered by a CALLERROR.",
        refuses(_IS_TOLD, _has_no_text),
        "N09.FR.06",
        ("TC_N_28_CSMS", "4"),
    ),
    Fault(
        "last-customer-part-refused",
        "Customer information that does not say whether more follows is answered by a CALLERROR.",
        refuses(_IS_TOLD, _has_no_tbc),
        "N10.FR.04",
        ("TC_N_31_CSMS", "4"),
    ),
    Fault(
        "customer-button-dead",
        "The operator's button for customer information does nothing.",
        dead_button(_ASKS),
        "N09.FR.01",
        ("TC_N_29_CSMS", "1"),
    ),
    Fault(
        "hangs-up-on-rejected-customer",
        "A station that does not tell of a customer loses its connection.",
        hangs_up(_ASKS, "Rejected"),
        "N09.FR.03",
        ("TC_N_29_CSMS", "post"),
    ),
    Fault(
        "customer-never-cleared",
        "What is to be told and cleared is only asked for.",
        request(_ASKS, put(clear=False), when=_wants_report),
        "N10.FR.03",
        ("TC_N_30_CSMS", "1"),
    ),
    Fault(
        "customer-of-another-type",
        "The customer is named by an idToken of another type.",
        request(_ASKS, inside("idToken", put(type="Central"))),
        "N09.FR.04",
        ("TC_N_27_CSMS", "1"),
    ),
    Fault(
        "customer-always-told",
        "A report is asked for where the operator only wants to have cleared.",
        request(_ASKS, put(report=True)),
        "N10.FR.06",
        ("TC_N_32_CSMS", "1"),
    ),
    Fault(
        "customer-named-twice",
        "A customer is named by an idToken beside the customerIdentifier.",
        request(_ASKS, put(idToken={"idToken": "50DEB0D1", "type": "ISO14443"})),
        "N10.FR.08",
        ("TC_N_62_CSMS", "1"),
    ),
    Fault(
        "identifier-as-driver",
        "What the operator enters as customerIdentifier is sent as nobody's.",
        request(_ASKS, without("customerIdentifier")),
        "N10.FR.08",
        ("TC_N_62_CSMS", "1"),
    ),
)
