"""The local authorization list, which requests about something else leave alone (D01)."""

from __future__ import annotations

from harness.evidence.matchers import Check, fact
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import IdTokenLocalAuthList
from harness.states_cs.tokens import has_local_list

_ENTRIES = "LocalAuthListCtrlr.Entries"


async def list_somebody(csms: FakeCSMS) -> None:
    """Have the list, where there is one, hold one idToken, which nobody presents."""
    if await has_local_list(csms):
        await csms.reach(IdTokenLocalAuthList(csms.sut.tokens.blocked, status="Blocked"))


async def expect_still_listed(csms: FakeCSMS, step: int | str, requirement: str) -> None:
    """The list, where there is one, holds the one idToken that it was given."""
    if not await has_local_list(csms):
        return
    held = await csms.variables.read_number(_ENTRIES, 1)  # who does not tell owes that elsewhere
    check = Check(_ENTRIES, "1", str(held), held == 1, fact("still listed"))
    csms.judge(step, "LocalAuthListCtrlr", [check], requirement)
