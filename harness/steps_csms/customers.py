"""What a CSMS asks of a station about a customer, and what it is told (N09, N10)."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, same_text
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import tell

_WISH = {"requestId": 81}


async def asked_about_driver(
    station: FakeStation,
    *,
    report: bool,
    clear: bool | None = None,
    status: str = "Accepted",
    requirement: str,
) -> Arrival:
    """Have the CSMS ask about the driver of the valid idToken, whom it names in no other way.

    ``clear``: what the page says of it; it is silent where a report is all that is wanted.
    """
    token = station.sut.tokens.valid
    wish: Payload = {**_WISH, "idToken": station.id_token}
    fields: dict[str, Any] = {"report": report}
    if clear is None:
        wish["clear"] = False
    else:
        fields["clear"] = clear
    return await station.requested(
        1,
        2,
        "CustomerInformation",
        answer={"status": status},
        wish=wish,
        **fields,
        idToken={"idToken": same_text(token.id_token), "type": token.type},
        customerIdentifier=ABSENT,
        customerCertificate=ABSENT,
        requirement=requirement,
    )


async def asked_about_identifier(station: FakeStation, identifier: str) -> Arrival:
    """Have the CSMS ask for what is stored of a customerIdentifier, and have it cleared."""
    return await station.requested(
        1,
        2,
        "CustomerInformation",
        answer={"status": "Accepted"},
        wish=_WISH,
        report=True,
        clear=True,
        customerIdentifier=identifier,
        idToken=ABSENT,
        customerCertificate=ABSENT,
        requirement="N10.FR.08",
    )


async def tell_customer(station: FakeStation, request: Arrival, *texts: str) -> None:
    """Tell what is stored, in these parts; the last one says that nothing follows."""
    for number, text in enumerate(texts):
        more = {"tbc": True} if number < len(texts) - 1 else {}
        await tell(
            station,
            3,
            4,
            "NotifyCustomerInformation",
            requestId=request.payload["requestId"],
            generatedAt=now(),
            seqNo=number,
            data=text,
            **more,
        )
