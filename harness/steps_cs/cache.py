"""How a page about the Authorization Cache wants the station set up (C10 to C12)."""

from __future__ import annotations

from harness import clock
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession
from harness.states_cs.session import Way, locks_cable
from harness.steps_cs.preparations import ask_csms, authorize_drivers, know_nobody

_REMOTE_CHECK = "AuthCtrlr.AuthorizeRemoteStart"
_ENABLED = "AuthCacheCtrlr.Enabled"
_NOT_AGAIN = "AuthCacheCtrlr.DisablePostAuthorize"
_LIFE_TIME = "AuthCacheCtrlr.LifeTime"


async def use_cache(csms: FakeCSMS) -> Way:
    """Let the cache decide what it knows, and know nobody yet; how drivers are to identify.

    Both ways do (erratum 2025-02); remotely only where such a start is authorized like a local one
    (F01.FR.01), and so it is where the station has but a button (C02.FR.03).
    """
    await authorize_drivers(csms)
    await ask_csms(csms)
    await csms.configure({_ENABLED: "true"}, if_writable=True)
    await csms.configure({"AuthCtrlr.LocalPreAuthorize": "true"})
    # What is off would silence the question about a refused one (Part 2, 2.4.6).
    await csms.configure({_NOT_AGAIN: "false"}, if_writable=True)
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


async def plug_in_where_possible(csms: FakeCSMS, step: int) -> None:
    """The same as a step of the page."""
    if not locks_cable(csms):
        await csms.run(step, EVConnectedPreSession)


async def use_lasting_cache(csms: FakeCSMS) -> Way:
    """The same, where the cache outlives a reboot: it should (C10.FR.02)."""
    if csms.sut.volatile_cache:
        raise csms.not_applicable("volatile_cache: the cache is lost at a reboot (C10.FR.02)")
    return await use_cache(csms)


async def asks_again(csms: FakeCSMS) -> None:
    """A station that never asks about a refused one again has no such page (Part 2, 2.4.6)."""
    async with csms.before():
        if await csms.variables.is_true(_NOT_AGAIN, default=False):
            raise csms.not_applicable(f"{_NOT_AGAIN} is true and cannot be set")


async def disable_cache(csms: FakeCSMS) -> None:
    """Disable the cache; a station whose cache is always enabled has no such page (C11.FR.04)."""
    await csms.configure({_ENABLED: "false"}, if_writable=True)
    async with csms.before():
        if await csms.variables.is_true(_ENABLED, default=True):
            raise csms.not_applicable(f"{_ENABLED} cannot be set to false")


async def shorten_life(csms: FakeCSMS) -> int:
    """Have entries of the cache live no longer than a case can wait; their life in seconds."""
    wanted = max(1, round(csms.sut.configured.transaction_duration))
    await csms.configure({_LIFE_TIME: str(wanted)}, if_writable=True)
    life = await csms.variables.read_number(_LIFE_TIME)
    if life > max(wanted, csms.sut.limits.case / 2):
        reason = f"{_LIFE_TIME} is {life} s and cannot be set to {wanted} s"
        raise csms.undrivable(reason, _LIFE_TIME)
    return life


async def outlive(csms: FakeCSMS, step: int, life: int) -> None:
    """Wait until the entry of a driver who has left has outlived itself.

    No answer since then has told of him (C10.FR.08; C10.FR.10, erratum 2.21). The station goes by
    a clock of its own (Part 6, 2.1).
    """
    seconds = life + csms.sut.deviation
    csms.record.act(step, "waits", seconds=seconds)
    await clock.sleep(seconds)
