"""The contract of operators, and whatever is made of it."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.transcript import Transcript
from harness.operators import Buttons, Hands, OperatorFailed, Unsupported
from harness.operators.embedded import EmbeddedCsms, EmbeddedStation
from harness.operators.prompt import PromptOperator
from harness.reference.csms import CsmsConfig
from harness.reference.station import Station, StationConfig
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.contract import CONTRACT, Action, Freshness, Refusal, called, find, of_role, table
from harness.sut.file import SutFileError, load
from harness.sut.model import Sut

SAMPLES: dict[type, Any] = {int: 1, str: "Accepted", bool: True, dict: {"type": "OnIdle"}}
STATION_FILE = "name: x\nrole: CS\nfeatures: [C-06.1, C-09.1, C-10.1, C-12.1, C-36, C-48.1]\n"
STATION_FILE += "security_profile: 0\n"
CSMS_FILE = "name: x\nrole: CSMS\nurl: ws://h:1/o\nfeatures: [C-50.2]\nsecurity_profile: 0\n"

every_action = pytest.mark.parametrize(
    "action", CONTRACT, ids=lambda each: f"{each.role}-{each.name}"
)


def parameters_of(action: Action) -> dict[str, Any]:
    facts = {each.name: SAMPLES[each.kind] for each in action.parameters if not each.optional}
    return {**({"what": action.what} if action.what else {}), **facts}


def test_each_action_is_there_once() -> None:
    names = [(each.role, each.name) for each in CONTRACT]
    assert len(set(names)) == len(names)


def test_the_table_has_every_action() -> None:
    rows = [line.split(" | ")[:2] for line in table().splitlines()[2:]]
    assert rows == [[f"| {each.role.value}", f"`{each.name}`"] for each in CONTRACT]


@every_action
def test_what_is_asked_for_is_as_the_contract_says(action: Action) -> None:
    good = parameters_of(action)
    assert called(action.role, action.verb, good) is action
    with pytest.raises(ValueError, match="has no parameter surplus"):
        called(action.role, action.verb, {**good, "surplus": 1})
    for parameter in action.parameters:
        with pytest.raises(ValueError, match=parameter.name):
            called(action.role, action.verb, {**good, parameter.name: 1.5})
        if not parameter.optional:
            less = {name: value for name, value in good.items() if name != parameter.name}
            with pytest.raises(ValueError, match=f"needs {parameter.name}"):
                called(action.role, action.verb, less)


def test_what_the_contract_does_not_have_is_a_mistake_of_the_harness() -> None:
    with pytest.raises(LookupError, match="no arrange weather"):
        find(Role.CSMS, "arrange", "weather")
    with pytest.raises(LookupError, match="operator of a CS has no ask"):
        find(Role.STATION, "ask")
    with pytest.raises(ValueError, match=r"status of arrange\.boot_status cannot be 'Perhaps'"):
        called(Role.CSMS, "arrange", {"what": "boot_status", "status": "Perhaps"})


def test_how_long_it_holds() -> None:
    assert find(Role.STATION, "plug_in").freshness is Freshness.ACT
    assert find(Role.CSMS, "ask").freshness is Freshness.MESSAGE
    assert find(Role.CSMS, "arrange", "boot_status").freshness is Freshness.STATE
    assert find(Role.CSMS, "look", "report").freshness is Freshness.VIEW


class Refusing:
    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        raise Unsupported(f"{action} {parameters}")

    async def close(self) -> None: ...


@pytest.mark.asyncio
@every_action
async def test_a_case_goes_on_without_what_the_contract_says_alone(action: Action) -> None:
    facade = Hands if action.role is Role.STATION else Buttons
    acting = facade(Refusing(), Transcript("TC"), Sut("Product", action.role))
    refused = Unsupported if action.refusal is Refusal.GOES_ON else ValueError
    with pytest.raises(refused):
        await acting.attempt(action.verb, **parameters_of(action))


@every_action
def test_a_method_takes_the_parameters_of_its_action(action: Action) -> None:
    facade = Hands if action.role is Role.STATION else Buttons
    taken = list(inspect.signature(getattr(facade, action.verb)).parameters)[1:]
    own = [each.name for each in action.parameters]
    spelled = {"present_token": ["token", "evse"], "ask": ["message", "payload"]}
    wanted = ["what", "facts"] if action.what else spelled.get(action.verb, own)
    assert taken == wanted


@pytest.mark.asyncio
@every_action
async def test_a_person_is_asked_with_all_that_there_is_to_know(
    action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def answer(_self: PromptOperator, text: str) -> str:
        asked.append(text)
        return "done"

    monkeypatch.setattr(PromptOperator, "_ask", answer)
    operator = PromptOperator(Sut("Product", action.role), {})
    given = parameters_of(action)
    await operator.perform(action.verb, **given)
    for name, value in given.items():
        if name != "what":
            assert str(value).replace("'", '"') in asked[0], name
    with pytest.raises(Unsupported, match="nobody can be asked"):
        await operator.perform("harness-probe-nonsense")


@pytest.mark.asyncio
async def test_the_embedded_csms_knows_its_contract() -> None:
    operator = EmbeddedCsms(CsmsConfig(edition=DEFAULT, name="x", stations={"CS001": "p"}), "CS001")
    for action in of_role(Role.CSMS):
        try:
            await operator.perform(action.verb, **parameters_of(action))
        except OperatorFailed:
            continue  # nobody is connected
    with pytest.raises(Unsupported, match="no arrange disconnect"):
        await operator.perform("arrange", what="disconnect")


@pytest.mark.asyncio
async def test_the_embedded_station_knows_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = asyncio.Event()

    async def renew(_self: EmbeddedStation) -> None:
        renewed.set()

    monkeypatch.setattr(EmbeddedStation, "renew", renew)
    operator = EmbeddedStation(StationConfig(edition=DEFAULT, identity="x", url="ws://127.0.0.1:1"))
    for action in of_role(Role.STATION):
        if action.verb == "arrange":
            renewed.clear()
            try:
                await operator.perform(action.verb, **parameters_of(action))
            except OperatorFailed:
                continue  # there is no station to store something in
            assert renewed.is_set(), action.name
        else:
            taken = inspect.signature(getattr(Station, action.verb)).parameters
            assert {each.name for each in action.parameters} <= set(taken), action.name


@pytest.mark.parametrize(
    ("text", "actions", "said"),
    [
        (STATION_FILE, "plug_inn: [x]", r":8: .* 'plug_inn': did you mean plug_in\?"),
        (
            STATION_FILE,
            "ask: [x]",
            r":8: no case asks the operator of a CS for 'ask': write one of",
        ),
        (STATION_FILE, "arrange.password: [x]", r":8: .*CS for 'arrange.password'"),
        (STATION_FILE, "unplug: [x, '{evse}', '{conector}']", r"\{conector\}.*did you mean \{conn"),
        (STATION_FILE, "power_cycle: [x, '{evse}']", r"names \{evse\}, which power_cycle has not"),
        (CSMS_FILE, "arrange.boot: [x]", r"did you mean arrange.boot_status\?"),
        (CSMS_FILE, "look.tokens: [x]", r"no case asks the operator of a CSMS for 'look.tokens'"),
        (CSMS_FILE, "ask.Resett: [x]", r"no message 'Resett': did you mean ask.Reset\?"),
        (CSMS_FILE, "arrange.boot_status: [x, '{state}']", r"names \{state\}.*\{status\}"),
        (CSMS_FILE, "ask.Reset: [x, '{type?}']", r"names \{type\}, which ask.Reset has not"),
    ],
)
def test_templates_for_what_no_case_asks_are_refused_with_their_line(
    tmp_path: Path, text: str, actions: str, said: str
) -> None:
    path = tmp_path / "sut.yaml"
    settings = f"operator:\n  kind: command\n  settings: {{actions: {{\n    {actions}}}}}\n"
    path.write_text(text + settings)
    with pytest.raises(SutFileError, match=said):
        load(path, {})


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        (STATION_FILE, "plug_in: [x, '{evse}', '{connector}', '{identity}', '{csms_url}']"),
        (
            STATION_FILE,
            "arrange: [x, '{what}', '{profile?}'], '*': [x, '{action}', '{parameters}']",
        ),
        (CSMS_FILE, "ask.Reset: [x, '{payload.type}', '{message}'], ask: [x, '{payload}']"),
        (CSMS_FILE, "look: [x, '{what}', '{component?}', '{request_id?}']"),
    ],
)
def test_templates_for_what_cases_ask_are_taken(tmp_path: Path, text: str, actions: str) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(f"{text}operator: {{kind: command, settings: {{actions: {{{actions}}}}}}}\n")
    assert load(path, {}).operator.settings["actions"]
