"""Faults of Basic authentication and of a change of the password: TC_A_01, 09, 10."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    MarkTriggered,
    inside,
    put,
    replaces,
    response,
)
from harness.reference.faults.station.words import (
    block_a,
    fault,
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
    fault(
        "boots-without-a-connection-of-its-own",
        "Registers anew without connecting anew.",
        _keeps_power,
        block_a("1", "01") | block_a("3", "10"),
    ),
    fault(
        "password-left-out-at-first",
        "Connects without a password until it is asked for one.",
        _no_password_at_first,
        block_a("1", "01") | block_a("3", "10"),
    ),
    fault(
        "user-is-not-the-identity",
        "Connects with a user name that is not its identity.",
        _another_user,
        block_a("1", "01") | block_a("5", "10"),
    ),
    fault(
        "password-refused",
        "Does not let its password be set.",
        response(
            "SetVariables",
            inside("setVariableResult", put(attributeStatus="Rejected")),
            when=_answers_password,
        ),
        block_a("2", "09"),
        leaves=("TC_A_10_CS",),
    ),
    fault(
        "password-kept",
        "Accepts a new password and goes on with the old one.",
        _keeps_old_password,
        block_a("3", "09"),
        leaves=("TC_A_10_CS",),
    ),
    fault(
        "password-needs-no-connection",
        "Accepts a new password and does not connect with it.",
        _does_not_come_back,
        block_a("3", "09"),
        leaves=("TC_A_10_CS",),
    ),
    fault(
        "short-password-accepted",
        "Accepts a password of 15 characters.",
        response(
            "SetVariables",
            inside("setVariableResult", put(attributeStatus="Accepted")),
            when=_answers_password,
        ),
        block_a("2", "10"),
        leaves=("TC_A_09_CS",),
    ),
    fault(
        "short-password-used",
        "Rejects a password of 15 characters and uses it.",
        _takes_any_password,
        block_a("5", "10"),
        leaves=("TC_A_09_CS",),
    ),
)
