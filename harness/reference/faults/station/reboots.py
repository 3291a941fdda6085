"""Faults of reboots: told and not done, done once too often."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces


@replaces("reboot")
async def in_words(
    station: Any, _original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    mark_triggered()
    station.disconnected()
    station.resets.forget()
    station.registration.begin(reason)
    await station.registration.run()


@replaces("reboot")
async def twice(station: Any, original: Any, mark_triggered: MarkTriggered, reason: str) -> None:
    await original(reason)
    if reason not in ("RemoteReset", "ScheduledReset"):
        return

    def again() -> None:
        mark_triggered()
        station.spawn(original(reason))

    station.later(station.config.reset_time / 2, again)


def _keeps_its_drivers() -> Alter:
    """Whoever was charging before the reboot is charging after it, in a new transaction."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        drivers: dict[int, Any] = {}
        end, accepted = station.transactions.reset, station.accepted

        def reset(evse: Any) -> None:
            if evse.authorization is not None and evse.plugged is not None:
                drivers[evse.id] = evse.authorization
            end(evse)

        async def goes_on() -> None:
            await accepted()
            while drivers:
                evse, driver = drivers.popitem()
                mark_triggered()
                driver.reported = False
                station.authorization.grant(station.evses[evse], driver)

        station.transactions.reset, station.accepted = reset, goes_on

    return alter


FAULTS = (
    Fault(
        "reset-keeps-its-drivers",
        "Goes on charging after an immediate reset, for drivers who have not come back.",
        _keeps_its_drivers(),
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "no_unexpected_message"),
    ),
    Fault(
        "reset-told-on-the-same-connection",
        "Accepts a reset and tells of a reboot, on a connection that never ended.",
        in_words,
        requirement="B11.FR.03",
        shows=("TC_B_20_CS", "reboots_open_a_connection"),
    ),
    Fault(
        "reset-performed-twice",
        "Reboots once more after the reboot that it was told to make.",
        twice,
        requirement="B11.FR.03",
        shows=("TC_B_20_CS", "3"),
    ),
)
