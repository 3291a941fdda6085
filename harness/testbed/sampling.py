"""What a station under test is set to sample, asked for at the end of a case for the rules."""

from __future__ import annotations

from harness.peers.fake_csms import FakeCSMS
from harness.peers.registration import Registration
from harness.rules.readings import SAMPLED


async def sampling_of(csms: FakeCSMS) -> dict[str, str]:
    """Values by the names of variables of SampledDataCtrlr, where there was a transaction."""
    if csms.registrations.current is not Registration.ACCEPTED:
        return {}
    if not any(a.action == "TransactionEvent" for a in csms.inbox.arrivals):
        return {}
    told = await csms.variables.read(*(f"SampledDataCtrlr.{name}" for name in SAMPLED))
    return {name.partition(".")[2]: value for name, value in told.items()}
