"""What else has changed at a station under test when one variable was set, or was to be set."""

from __future__ import annotations

from collections.abc import Mapping

from harness.evidence.matchers import Check, fact
from harness.ocppj.variables import same_value
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.required_variables import required

#: Variables that many stations have, beside those that all must have.
_USUAL = (
    "AuthCtrlr.Enabled",
    "OCPPCommCtrlr.HeartbeatInterval",
    "OCPPCommCtrlr.RetryBackOffRandomRange",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes",
    "OCPPCommCtrlr.RetryBackOffWaitMinimum",
)


async def settable_values(csms: FakeCSMS, *besides: str) -> dict[str, str]:
    """What the variables hold that can be set at every station or at many, but for those named."""
    names = [str(each.variable) for each in required(csms.sut) if each.writable]
    async with csms.before():
        return await csms.variables.read(*(n for n in (*names, *_USUAL) if n not in besides))


async def expect_nothing_else_changed(
    csms: FakeCSMS, step: int, former: Mapping[str, str], requirement: str
) -> None:
    """They hold what they held."""
    now = await csms.variables.read(*former)
    changed = [
        f"{name} {value} → {now[name]}"
        for name, value in former.items()
        if name in now and not same_value(value, now[name])
    ]
    said = ", ".join(changed) or "unchanged"
    check = Check("other variables", "unchanged", said, not changed, fact("unchanged"))
    csms.judge(step, "GetVariablesResponse", [check], requirement)
