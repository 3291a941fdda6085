"""The contract of operators: what the hands of a station and the buttons of a CSMS are asked.

One line for each action, and for each fact of ``arrange`` and ``look``. The checks of a sut.yaml,
the questions to a person, what the embedded operators take and what documents say of operators come
from here (``python -m harness.sut.contract`` prints a table).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.spec.roles import Role


class Refusal(StrEnum):
    """What an operator makes of a case by answering that it cannot do what it is asked for."""

    STOPS = "INCONCLUSIVE"
    GOES_ON = "INCONCLUSIVE where the page needs it, else the case goes on without it"


class Freshness(StrEnum):
    """From when on, and how long, what an operator did or said holds."""

    ACT = "is done when the operator returns, and happens once"
    MESSAGE = "is sent after it was asked for: what was sent before is not taken for it"
    STATE = "holds when the operator returns, until something else is arranged"
    VIEW = "is how it is when asked; asked again until it is as awaited or `limits.event` is over"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an action; ``choices`` are the only values, where there are any."""

    name: str
    kind: type
    choices: tuple[str | int, ...] = ()
    optional: bool = False

    @property
    def spelled(self) -> tuple[str, ...]:
        """All values that it can have, as names of templates have them; none if there are many."""
        return ("true", "false") if self.kind is bool else tuple(map(str, self.choices))

    def accepts(self, value: Any) -> bool:
        """Whether an action can have this value for it."""
        fits = type(value) is self.kind or (self.optional and value is None)
        return fits and (not self.choices or value in self.choices)


@dataclass(frozen=True)
class Action:
    """One thing that an operator can be asked for; ``what`` is the fact of arrange or look.

    ``question`` is what a person is asked to do, with the parameters in braces; ``result`` the
    shape of what ``look`` answers.
    """

    role: Role
    verb: str
    what: str
    parameters: tuple[Parameter, ...]
    question: str
    result: str = ""
    refusal: Refusal = Refusal.STOPS

    @property
    def name(self) -> str:
        """``plug_in``, ``arrange.boot_status``: what a template for it is called."""
        return f"{self.verb}.{self.what}" if self.what else self.verb

    @property
    def special(self) -> Mapping[str, tuple[str, str]]:
        """Names of templates for one value of a parameter: ``arrange.boot_status.Pending``.

        Each with the parameter, the first one whose values are few, and the value.
        """
        found = [each for each in self.parameters if each.spelled][:1]
        return {f"{self.name}.{v}": (each.name, v) for each in found for v in each.spelled}

    @property
    def freshness(self) -> Freshness:
        """From when on, and how long, it holds."""
        return _FRESHNESS.get(self.verb, Freshness.ACT)

    def misfit(self, parameters: Mapping[str, Any]) -> str:
        """What is wrong with these parameters (without ``what``), or ""."""
        known = {each.name: each for each in self.parameters}
        for name, value in parameters.items():
            if name not in known:
                return f"{self.name} has no parameter {name}"
            if not known[name].accepts(value):
                return f"{name} of {self.name} cannot be {value!r}"
        missing = [n for n, each in known.items() if not each.optional and n not in parameters]
        return f"{self.name} needs {', '.join(missing)}" if missing else ""


#: The name of a template that stands for every action without one of its own.
ANY_ACTION = "*"

_FRESHNESS = {"ask": Freshness.MESSAGE, "arrange": Freshness.STATE, "look": Freshness.VIEW}

_EVSE = Parameter("evse", int)
_PLACE = (_EVSE, Parameter("connector", int))
_TOKEN = (Parameter("id_token", str), Parameter("type", str))
_PROFILE = Parameter("profile", int, (0, 1, 2, 3))
_BOOT_STATUS = Parameter("status", str, ("Accepted", "Pending", "Rejected"))
_VARIABLE = (
    Parameter("component", str),
    Parameter("variable", str),
    Parameter("instance", str, optional=True),
)
_CS, _CSMS = Role.STATION, Role.CSMS

CONTRACT: tuple[Action, ...] = (
    Action(_CS, "plug_in", "", _PLACE, "plug the vehicle into EVSE {evse}, connector {connector}"),
    Action(_CS, "unplug", "", _PLACE, "unplug the vehicle from EVSE {evse}, connector {connector}"),
    Action(
        *(_CS, "unplug_ev", "", _PLACE),
        "unplug the cable of EVSE {evse}, connector {connector} from the vehicle only",
    ),
    Action(
        *(_CS, "present_token", "", (*_TOKEN, _EVSE)),
        "present the token {id_token} ({type}) for EVSE {evse}",
    ),
    Action(
        *(_CS, "select", "", (_EVSE,)),
        "choose on the screen to stop the transaction at EVSE {evse} (0: all of them)",
    ),
    Action(
        *(_CS, "power_cycle", "", ()),
        "switch the power of the station off and on again",
        refusal=Refusal.GOES_ON,
    ),
    Action(_CS, "drive_in", "", (_EVSE,), "occupy the parking bay of EVSE {evse}"),
    Action(_CS, "drive_out", "", (_EVSE,), "leave the parking bay of EVSE {evse}"),
    Action(_CS, "ev_suspend", "", (_EVSE,), "let the vehicle at EVSE {evse} stop drawing energy"),
    Action(
        *(_CS, "ev_ready", "", (_EVSE,), "let the vehicle at EVSE {evse} draw energy"),
        refusal=Refusal.GOES_ON,
    ),
    Action(
        *(_CS, "arrange", "security_profile", (_PROFILE,)),
        "set the station up for security profile {profile}",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        *(_CS, "arrange", "station_certificate", (Parameter("installed", bool),)),
        "have a certificate of its own in the station (installed: {installed})",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        *(_CS, "arrange", "customer", (Parameter("identifier", str),)),
        "store something in the station about the customer {identifier}",
    ),
    Action(
        *(_CS, "look", "lock", _PLACE),
        "look whether the lock is closed at EVSE {evse}, connector {connector}",
        result="true or false",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        *(_CSMS, "ask", "", (Parameter("message", str), Parameter("payload", dict))),
        "send {message} to station {identity} with {payload}",
    ),
    Action(
        *(_CSMS, "arrange", "boot_status", (_BOOT_STATUS,)),
        "have the CSMS answer every BootNotification of station {identity} with {status}",
    ),
    Action(
        *(_CSMS, "arrange", "security_profile", (_PROFILE,)),
        "have the CSMS expect station {identity} in security profile {profile}",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        *(_CSMS, "arrange", "password", (Parameter("password", str),)),
        "have the CSMS take {password} for the password of station {identity}",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        _CSMS,
        "arrange",
        "other_station",
        (
            Parameter("other", str),
            Parameter("known", bool),
            Parameter("password", str, optional=True),
            Parameter("serial_number", str, optional=True),
        ),
        "have the CSMS know (known: {known}) another station {other} beside {identity}, with the"
        " password {password} and the serial number {serial_number}",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        _CSMS,
        "arrange",
        "token",
        (*_TOKEN, Parameter("status", str), Parameter("group", str, optional=True)),
        "have the CSMS say {status} of the token {id_token} ({type})",
        refusal=Refusal.GOES_ON,
    ),
    Action(
        *(_CSMS, "look", "variable", _VARIABLE),
        "look up the value of {component}.{variable} {instance}",
        result="the value as text, null if it is unknown",
    ),
    Action(
        *(_CSMS, "look", "report", (Parameter("request_id", int),)),
        "look up the report {request_id}",
        result="`{data: [ReportDataType, …]}` of all its parts, null if there is none",
    ),
)


def of_role(role: Role) -> tuple[Action, ...]:
    """What the operator of a system in this role is asked for."""
    return tuple(each for each in CONTRACT if each.role is role)


def verbs(role: Role) -> tuple[str, ...]:
    """The actions without their facts."""
    return tuple(dict.fromkeys(each.verb for each in of_role(role)))


def find(role: Role, verb: str, what: str = "") -> Action:
    """The action of that name.

    Raises:
        LookupError: there is none in the contract.
    """
    for each in of_role(role):
        if (each.verb, each.what) == (verb, what):
            return each
    raise LookupError(f"the operator of a {role} has no {verb} {what}".rstrip())


def called(role: Role, verb: str, parameters: Mapping[str, Any]) -> Action:
    """The action that is called so, with its parameters (``what`` among them) as they should be.

    Raises:
        LookupError: there is no such action.
        ValueError: these are not its parameters.
    """
    facts = dict(parameters)
    what = str(facts.pop("what", "")) if verb in ("arrange", "look") else ""
    action = find(role, verb, what)
    if problem := action.misfit(facts):
        raise ValueError(problem)
    return action


def asked_of(
    role: Role, identity: str, verb: str, parameters: Mapping[str, Any]
) -> tuple[str, Action]:
    """What a person is asked to do with the system of that identity, in words.

    Raises:
        LookupError, ValueError: as ``called``.
    """
    action = called(role, verb, parameters)
    absent = {each.name: "" for each in action.parameters}
    shown = {n: json.dumps(v) if isinstance(v, dict) else v for n, v in parameters.items()}
    values = {"identity": identity, **absent, **shown}
    return action.question.format(**values).strip(), action


def template_names(role: Role) -> tuple[str, ...]:
    """Names that a template may have, without those of the messages that ``ask`` sends."""
    actions = of_role(role)
    names = [name for each in actions for name in (each.name, each.verb, *each.special)]
    return (*dict.fromkeys(names), ANY_ACTION)


def names_for(role: Role, verb: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of templates that may stand for an action, most special first, of the contract or not.

    ``ask.Reset``, ``ask``, ``*``; ``arrange.boot_status.Pending``, ``arrange.boot_status``, …
    """
    what = parameters.get("message" if verb == "ask" else "what")
    known = [each for each in of_role(role) if (each.verb, each.what or None) == (verb, what)]
    special = [
        name
        for each in known
        for name, (parameter, value) in each.special.items()
        if _spelled(parameters.get(parameter)) == value
    ]
    return (*special, *((f"{verb}.{what}",) if what else ()), verb, ANY_ACTION)


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def template_parameters(role: Role, name: str) -> frozenset[str]:
    """The parameters that a template of that name can have; of ``ask.Reset`` those of ``ask``."""
    verb = name.partition(".")[0]
    found = [
        each for each in of_role(role) if name in (each.name, each.verb, *each.special, ANY_ACTION)
    ] or [each for each in of_role(role) if each.verb == verb]
    facts = {"what"} if any(each.what for each in found) else set[str]()
    return frozenset(facts.union(p.name for each in found for p in each.parameters))


def table() -> str:
    """The contract as a table of Markdown."""
    head = "| of a | action | parameters | is asked to, and answers | refused |\n"
    return head + "|---|---|---|---|---|\n" + "".join(_row(each) for each in CONTRACT)


def _row(action: Action) -> str:
    given = ", ".join(described(each) for each in action.parameters) or "none"
    answers = f"; answers {action.result}" if action.result else ""
    asked = action.question.replace("{", "`").replace("}", "`")
    cells = (action.role.value, f"`{action.name}`", given, f"{asked}{answers}", action.refusal)
    return f"| {' | '.join(cells)} |\n"


def described(parameter: Parameter) -> str:
    """The parameter for people: its name, and what it can be."""
    kinds: dict[type, str] = {int: "number", str: "text", bool: "true or false", dict: "object"}
    what = " or ".join(map(str, parameter.choices)) or kinds[parameter.kind]
    return f"`{parameter.name}` ({what}{', may be absent' if parameter.optional else ''})"


def main() -> None:
    """Print the table."""
    print(table(), end="")


if __name__ == "__main__":
    main()
