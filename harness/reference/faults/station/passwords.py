"""Faults of Basic authentication and of a change of the password: TC_A_01, 09, 10."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    inside,
    put,
    replaces,
    response,
)
from harness.reference.faults.station.words import (
    handles,
    restarted,
)
from harness.reference.rpc import Answer, Payload

_PASSWORD = "BasicAuthPassword"


@replaces("link.credentials")
def _no_password_at_first(
    station: Any, original: Any, mark_triggered: MarkTriggered, profile: Payload
) -> dict[str, str]:
    shown: dict[str, str] = original(profile)
    if restarted(station) and not hasattr(station, "asked_for_password"):
        station.asked_for_password = True
        mark_triggered()
        return {}
    return shown


@replaces("link.credentials")
def _always_a_password(
    _station: Any, original: Any, mark_triggered: MarkTriggered, profile: Payload
) -> dict[str, str]:
    if int(profile["securityProfile"]) == 3:
        mark_triggered()
    return original({**profile, "securityProfile": 2})


@replaces("link.credentials")
def _another_user(
    station: Any, original: Any, mark_triggered: MarkTriggered, profile: Payload
) -> dict[str, str]:
    if not restarted(station):
        return original(profile)
    mark_triggered()
    identity, station.config.__dict__["identity"] = station.config.identity, "somebody"
    try:
        return original(profile)
    finally:
        station.config.__dict__["identity"] = identity


@replaces("password")
def _keeps_old_password(station: Any, original: Any, mark_triggered: MarkTriggered) -> str:
    if original() != station.config.password:
        mark_triggered()
    return str(station.config.password)


def _new_password_once(station: Any, mark_triggered: MarkTriggered) -> None:
    """A new password is shown once, and the old one from then on."""
    original, shown = station.password, list[str]()

    def password() -> str:
        new: str = original()
        if new == station.config.password:
            return new
        shown.append(new)
        if len(shown) == 1:
            return new
        mark_triggered()
        return str(station.config.password)

    station.password = password


def _does_not_come_back(station: Any, mark_triggered: MarkTriggered) -> None:
    def effect(_value: str) -> None:
        mark_triggered()

    station.variables.effects[f"SecurityCtrlr.{_PASSWORD}"] = effect


def _sets_password(asked: Payload) -> bool:
    return any(item["variable"]["name"] == _PASSWORD for item in asked["setVariableData"])


def _answers_password(answer: Payload) -> bool:
    results = answer["setVariableResult"]
    return any(item["variable"]["name"] == _PASSWORD for item in results)


@handles("SetVariables")
async def _takes_any_password(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if _sets_password(asked):
        mark_triggered()
        station.model.write(
            f"SecurityCtrlr.{_PASSWORD}", asked["setVariableData"][0]["attributeValue"]
        )
    return answer


@replaces("power_cycle")
async def _keeps_power(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.registration.begin("PowerUp")
    station.spawn(station.registration.run())


FAULTS = (
    Fault(
        "new-password-once",
        "Connects with its new password once, and then with the old one.",
        _new_password_once,
        requirement="A01.FR.01, A00.FR.203",
        shows=("TC_A_09_CS", "post"),
    ),
    Fault(
        "password-beside-certificate",
        "Sends its password in security profile 3 too.",
        _always_a_password,
        requirement="A00.FR.001",
        shows=("TC_A_07_CS", "5"),
    ),
    Fault(
        "boots-without-a-connection-of-its-own",
        "Registers anew without connecting anew.",
        _keeps_power,
        requirement="A00.FR.203, A00.FR.204, A00.FR.205, A00.FR.302, A00.FR.304",
        shows=("TC_A_01_CS", "1"),
    ),
    Fault(
        "password-left-out-at-first",
        "Connects without a password until it is asked for one.",
        _no_password_at_first,
        requirement="A00.FR.203, A00.FR.204, A00.FR.205, A00.FR.302, A00.FR.304",
        shows=("TC_A_01_CS", "1"),
    ),
    Fault(
        "user-is-not-the-identity",
        "Connects with a user name that is not its identity.",
        _another_user,
        requirement="A00.FR.204",
        shows=("TC_A_01_CS", "1"),
    ),
    Fault(
        "password-refused",
        "Does not let its password be set.",
        response(
            "SetVariables",
            inside("setVariableResult", put(attributeStatus="Rejected")),
            when=_answers_password,
        ),
        requirement="A01.FR.01",
        shows=("TC_A_09_CS", "2"),
    ),
    Fault(
        "password-kept",
        "Accepts a new password and goes on with the old one.",
        _keeps_old_password,
        requirement="A01.FR.01",
        shows=("TC_A_09_CS", "3"),
    ),
    Fault(
        "password-needs-no-connection",
        "Accepts a new password and does not connect with it.",
        _does_not_come_back,
        requirement="A01.FR.01",
        shows=("TC_A_09_CS", "3"),
    ),
    Fault(
        "short-password-used",
        "Rejects a password of 15 characters and uses it.",
        _takes_any_password,
        requirement="A01.FR.04",
        shows=("TC_A_10_CS", "5"),
    ),
)
