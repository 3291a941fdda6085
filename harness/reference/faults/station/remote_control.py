"""Faults in what a station does because the CSMS asks for it (block F)."""

from __future__ import annotations

from typing import Any

from harness import clock
from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.faults.station.words import handles
from harness.reference.rpc import Answer, Payload


@replaces("authorization.start_remotely")
async def starts_nothing(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any, _driver: Any
) -> None:
    mark_triggered()


def unlocks_in_words(station: Any, mark_triggered: MarkTriggered) -> None:
    unlock = station.actions["UnlockConnector"]

    async def answer(request: Payload) -> Answer:
        bolted = [evse for evse in station.evses.values() if evse.bolted]
        said = await unlock(request)
        for evse in bolted:
            if not evse.bolted:
                mark_triggered()
                evse.bolted = True
        return said

    station.actions["UnlockConnector"] = answer


@replaces("authorization._start_remotely")
async def _starts_before_the_answer(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, driver: Any
) -> None:
    station.authorization.grant(evse, driver)
    if station.authorization.needs_check(driver.token):
        mark_triggered()
        await clock.sleep(2)
        await original(evse, driver)


@replaces("authorization.start_remotely")
async def _starts_elsewhere(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, driver: Any
) -> None:
    others = [each for each in station.evses.values() if each is not evse]
    mark_triggered()
    await original(others[0], driver)


def _checks_remote_starts(check: bool) -> Alter:
    """Drivers whom the CSMS starts are authorized, or not, whatever AuthorizeRemoteStart says."""

    def needs_check(
        _station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
    ) -> bool:
        if original(token) is not check:
            mark_triggered()
        return check

    return replaces("authorization.needs_check")(needs_check)


@replaces("transactions.connection_timed_out")
def _keeps_place(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    original(evse)
    mark_triggered()
    station.authorization.choose_evse = _chooses_none


def _chooses_none(*_arguments: Any) -> None:
    """No EVSE is free."""


@replaces("transactions.connection_timed_out")
def _goes_on_in_vain(
    station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    if evse.authorization is not None and evse.plugged is None:
        mark_triggered()
        station.transactions.update(evse, "EVConnectTimeout")
        evse.authorization = None


def _tells_first_remote_start(station: Any, mark_triggered: MarkTriggered) -> None:
    """Every transaction is said to come of the first RequestStartTransaction."""
    start, ids = station.actions["RequestStartTransaction"], list[int]()

    async def answer(asked: Payload) -> Answer:
        ids.append(asked["remoteStartId"])
        if ids[-1] != ids[0]:
            mark_triggered()
        return await start({**asked, "remoteStartId": ids[0]})

    station.actions["RequestStartTransaction"] = answer


@handles("UnlockConnector")
async def _unlocks_while_charging(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "OngoingAuthorizedTransaction":
        mark_triggered()
        station.evses[asked["evseId"]].bolted = False
    return answer


@handles("UnlockConnector")
async def _stops_to_unlock(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    evse = station.evses.get(asked["evseId"])
    if answer.payload["status"] != "OngoingAuthorizedTransaction" or evse is None:
        return answer
    mark_triggered()
    return Answer(answer.payload, lambda: station.authorization.stop_remotely(evse))


@handles("UnlockConnector")
async def _unlocks_plugs_alone(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    evse = station.evses.get(asked["evseId"])
    if evse is None or evse.plugged is not None:
        return await original(asked)
    mark_triggered()
    return Answer({"status": "UnlockFailed"})


@handles("UnlockConnector")
async def _unlocks_the_nearest(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    connectors = station.evses[asked["evseId"]].connectors
    if asked["connectorId"] not in connectors:
        mark_triggered()
        return await original({**asked, "connectorId": connectors[0]})
    return await original(asked)


@replaces("authorization.stop_remotely")
async def _stops_in_words(
    station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    mark_triggered()
    station.transactions.update(evse, "RemoteStop")


@handles("RequestStopTransaction")
async def _stops_another(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    running = [evse for evse in station.evses.values() if evse.transaction is not None]
    if answer.payload["status"] == "Rejected" and running:
        mark_triggered()
        return Answer(answer.payload, lambda: station.authorization.stop_remotely(running[0]))
    return answer


FAULTS = (
    Fault(
        "remote-start-in-words",
        "A RequestStartTransaction is accepted, and nothing is started.",
        starts_nothing,
        "F01.FR.02",
        ("TC_F_01_CS", "1>Authorized 5"),
    ),
    Fault(
        "unlocks-in-words",
        "UnlockConnector is answered Unlocked, and the plug stays locked in.",
        unlocks_in_words,
        "F05.FR.04",
        ("TC_F_06_CS", "2"),
    ),
    Fault(
        "remote-start-before-the-answer",
        "Starts the transaction of a driver, and only then asks the CSMS about him.",
        _starts_before_the_answer,
        "F02.FR.09",
        ("TC_F_02_CS", "1>Authorized 5"),
    ),
    Fault(
        "remote-start-elsewhere",
        "Lets a driver charge at another EVSE than the one that the CSMS has named.",
        _starts_elsewhere,
        "F02.FR.14",
        ("TC_F_03_CS", "2>EnergyTransferStarted"),
    ),
    Fault(
        "remote-start-unchecked",
        "Does not authorize a driver whom the CSMS starts, although it is set to.",
        _checks_remote_starts(check=False),
        "F01.FR.01, F02.FR.09",
        ("TC_F_02_CS", "1>Authorized 3"),
    ),
    Fault(
        "remote-start-always-checked",
        "Authorizes a driver whom the CSMS starts, although it is set not to.",
        _checks_remote_starts(check=True),
        "F01.FR.02, F02.FR.10",
        ("TC_F_03_CS", "2"),
    ),
    Fault(
        "remote-start-keeps-place",
        "Starts nobody again where a driver did not plug in in time.",
        _keeps_place,
        "F02.FR.01",
        ("TC_F_04_CS", "3>Authorized 2"),
    ),
    Fault(
        "remote-start-goes-on-in-vain",
        "Deauthorizes a driver who did not plug in in time, and goes on with the transaction.",
        _goes_on_in_vain,
        "F02.FR.07",
        ("TC_F_04_CS", "1"),
        variant="tx-start-authorized-stop-ev-connected",
    ),
    Fault(
        "remote-start-of-before",
        "Tells the remoteStartId of an earlier request.",
        _tells_first_remote_start,
        "F02.FR.01, F02.FR.21",
        ("TC_F_04_CS", "3>Authorized 5"),
    ),
    Fault(
        "unlocks-while-charging",
        "UnlockConnector is answered OngoingAuthorizedTransaction, and the plug is let go.",
        _unlocks_while_charging,
        "F05.FR.02",
        ("TC_F_05_CS", "2"),
    ),
    Fault(
        "stops-to-unlock",
        "UnlockConnector is answered OngoingAuthorizedTransaction, and stops it.",
        _stops_to_unlock,
        "F05.FR.02",
        ("TC_F_05_CS", "2"),
    ),
    Fault(
        "unlocks-plugs-alone",
        "UnlockConnector fails without an attempt where no cable is connected.",
        _unlocks_plugs_alone,
        "F05.FR.06",
        ("TC_F_07_CS", "2"),
    ),
    Fault(
        "remote-stop-in-words",
        "A RequestStopTransaction is accepted and told, and energy flows on.",
        _stops_in_words,
        "F03.FR.02",
        ("TC_F_08_CS", "1>EVConnectedPostSession 1"),
        variant="tx-ev-connected",
    ),
    Fault(
        "stops-another",
        "Rejects the stop of an unknown transaction, and stops the one that there is.",
        _stops_another,
        "F03.FR.08",
        ("TC_F_09_CS", "2"),
    ),
    Fault(
        "unlocks-the-nearest",
        "Unlocks another connector of the EVSE in place of one that there is not.",
        _unlocks_the_nearest,
        "F05.FR.03",
        ("TC_F_10_CS", "2"),
    ),
)
