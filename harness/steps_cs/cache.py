"""How a page about the Authorization Cache wants the station set up (C10 to C12)."""

from __future__ import annotations

from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession
from harness.states_cs.session import Way, locks_cable
from harness.steps_cs.preparations import ask_csms, authorize_drivers, know_nobody

_REMOTE_CHECK = "AuthCtrlr.AuthorizeRemoteStart"


async def use_cache(csms: FakeCSMS) -> Way:
    """Let the cache decide what it knows, and know nobody yet; how drivers are to identify.

    Both ways do (erratum 2025-02); remotely only where such a start is authorized like a local one
    (F01.FR.01), and so it is where the station has but a button (C02.FR.03).
    """
    await authorize_drivers(csms)
    await ask_csms(csms)
    await csms.configure({"AuthCacheCtrlr.Enabled": "true"}, if_writable=True)
    await csms.configure({"AuthCtrlr.LocalPreAuthorize": "true"})
    # What is off would silence the question about a refused one (Part 2, 2.4.6).
    await csms.configure({"AuthCacheCtrlr.DisablePostAuthorize": "false"}, if_writable=True)
    await know_nobody(csms)
    if csms.sut.authorization == "local" and not csms.sut.start_button:
        return "local"
    await csms.configure({_REMOTE_CHECK: "true"}, if_writable=True)
    async with csms.before():
        if not await csms.variables.is_true(_REMOTE_CHECK, default=False):
            raise csms.not_applicable(f"{_REMOTE_CHECK} is false for good: the cache is not used")
    return "remote"


async def plug_in_first(csms: FakeCSMS) -> None:
    """Connect the vehicle before the driver identifies, where no lock forbids that (AQ-2)."""
    if not locks_cable(csms):
        await csms.reach(EVConnectedPreSession)
