"""A station whose certificate store is full rejects what is to be installed (M05.FR.06)."""

from __future__ import annotations

import itertools

from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner, objects
from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import result_of

#: Reports that no page asks for.
_request_ids = itertools.count(9001)
_ENTRIES = "SecurityCtrlr.CertificateEntries"


async def leave_if_full(csms: FakeCSMS) -> None:
    """Stop a case for which there is no room, by what the station tells and lists.

    Its own certificate may count too, which is not listed.
    """
    limit, entries = await _limit(csms), await csms.variables.read_number(_ENTRIES, 0)
    listed = await _listed(csms)
    if limit is not None and entries >= limit and listed >= entries - 1:
        raise csms.not_applicable(
            f"installs a certificate, and the station has room for {limit} (maxLimit of {_ENTRIES})"
        )


async def _listed(csms: FakeCSMS) -> int:
    answer = result_of(await csms.consult("GetInstalledCertificateIds"))
    chains = objects(answer, "certificateHashDataChain")
    return sum(1 + len(objects(each, "childCertificateHashData")) for each in chains)


async def _limit(csms: FakeCSMS) -> int | None:
    """The maxLimit that the station reports, None if it reports none."""
    component, _, variable = _ENTRIES.partition(".")
    number, since = next(_request_ids), csms.inbox.mark
    wanted = [{"component": {"name": component}, "variable": {"name": variable}}]
    await csms.consult("GetReport", requestId=number, componentVariable=wanted)

    def report() -> Arrival | None:
        arrived = csms.inbox.unclaimed(since)
        reports = (each for each in arrived if each.action == "NotifyReport")
        return next((each for each in reports if each.payload.get("requestId") == number), None)

    told = await csms.inbox.wait(report, csms.sut.limits.event)
    items = objects(told.payload, "reportData") if told is not None else []
    return next((limit for each in items if (limit := _most(each)) is not None), None)


def _most(item: Payload) -> int | None:
    limit = inner(item, "variableCharacteristics").get("maxLimit")
    return int(limit) if isinstance(limit, int | float) else None
