import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import operators
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import CaseStopped, Stage, StopKind
from harness.operators import (
    MAKERS,
    Buttons,
    Hands,
    Operator,
    OperatorFailed,
    OperatorSettingsError,
    Unsupported,
    UntrustworthyError,
    make,
    probe,
)
from harness.operators.templates import fill
from harness.spec.roles import Role
from harness.sut.contract import verbs
from harness.sut.file import load
from harness.sut.model import OPERATOR_KINDS, Limits, OperatorSpec, Token
from harness.tests.operator_tools import SUT, operator


class Scripted:
    """An operator for the tests of the facades: answers each action with what ``answer`` does."""

    def __init__(self, answer: Callable[[], Awaitable[Any]]) -> None:
        self.answer = answer
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        self.seen.append((action, parameters))
        return await self.answer()

    async def close(self) -> None: ...


class Person(Scripted):
    waits_for_person = True


def answering(value: Any) -> Callable[[], Awaitable[Any]]:
    async def answer() -> Any:
        if isinstance(value, Exception):
            raise value
        return value

    return answer


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


def outcomes(transcript: Transcript) -> list[str]:
    return [e.data["outcome"] for e in transcript.entries if e.kind is Kind.OPERATOR]


@pytest.mark.asyncio
async def test_hands_and_buttons_call_the_operator_as_its_contract_says() -> None:
    fake = Scripted(answering("held"))
    transcript = Transcript("TC")
    hands, buttons = Hands(fake, transcript, SUT), Buttons(fake, transcript, SUT)
    await hands.plug_in(1, 2)
    await hands.unplug(1, 2)
    await hands.unplug_ev(1, 2)
    await hands.present_token(Token("AB", "ISO14443"), 1)
    await hands.power_cycle()
    await hands.drive_in(1)
    await hands.drive_out(1)
    await hands.ev_suspend(1)
    await hands.ev_ready(1)
    await buttons.ask("Reset", type="OnIdle", action="x")
    await buttons.arrange("boot_status", status="Pending")
    assert await buttons.look("variable", component="C", variable="V") == "held"
    assert fake.seen == [
        ("plug_in", {"evse": 1, "connector": 2}),
        ("unplug", {"evse": 1, "connector": 2}),
        ("unplug", {"evse": 1, "connector": 2}),
        ("present_token", {"id_token": "AB", "type": "ISO14443", "evse": 1}),
        ("power_cycle", {}),
        ("drive_in", {"evse": 1}),
        ("drive_out", {"evse": 1}),
        ("ev_suspend", {"evse": 1}),
        ("ev_ready", {"evse": 1}),
        ("ask", {"message": "Reset", "payload": {"type": "OnIdle", "action": "x"}}),
        ("arrange", {"what": "boot_status", "status": "Pending"}),
        ("look", {"what": "variable", "component": "C", "variable": "V"}),
    ]
    assert transcript.entries[0].data == {
        "action": "plug_in",
        "parameters": {"evse": 1, "connector": 2},
        "outcome": "begun",
        "stage": Stage.MAIN,
        "step": "",
    }
    assert outcomes(transcript) == ["begun", "done"] * 12


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unsupported("no hands"), "cannot do plug_in(evse=1, connector=1): no hands"),
        (OperatorFailed("cable stuck"), "failed at plug_in(evse=1, connector=1): cable stuck"),
        (TimeoutError(), "was given up (timed out)"),
    ],
)
async def test_what_cannot_be_done_leaves_the_case_undriven(error: Exception, reason: str) -> None:
    transcript = Transcript("TC")
    with pytest.raises(CaseStopped) as caught:
        await Hands(Scripted(answering(error)), transcript, SUT).plug_in(1, 1)
    assert caught.value.stop.kind is StopKind.UNDRIVABLE
    assert reason in caught.value.stop.reason
    assert len(outcomes(transcript)) == 2
    assert outcomes(transcript)[-1] != "done"


@pytest.mark.asyncio
async def test_an_action_has_the_time_of_limits_operator() -> None:
    sut = replace(SUT, limits=Limits(operator=0.05))
    transcript = Transcript("TC")
    with pytest.raises(CaseStopped, match=r"not done within 0\.05 s") as caught:
        await Hands(Scripted(forever), transcript, sut).power_cycle()
    assert caught.value.stop.kind is StopKind.UNDRIVABLE


@pytest.mark.asyncio
async def test_attempt_lets_the_case_find_another_way() -> None:
    hands = Hands(Scripted(answering(Unsupported("no"))), Transcript("TC"), SUT)
    with pytest.raises(Unsupported):
        await hands.attempt("power_cycle")
    failing = Hands(Scripted(answering(OperatorFailed("no"))), Transcript("TC"), SUT)
    with pytest.raises(CaseStopped):
        await failing.attempt("power_cycle")


@pytest.mark.asyncio
async def test_mistakes_of_the_harness_are_not_taken_for_an_undrivable_system() -> None:
    with pytest.raises(ZeroDivisionError):
        await Hands(Scripted(answering(ZeroDivisionError())), Transcript("TC"), SUT).power_cycle()


@pytest.mark.asyncio
async def test_a_person_need_not_answer_once_the_wire_shows_it() -> None:
    cancelled = asyncio.Event()

    async def waiting() -> None:
        try:
            await forever()
        finally:
            cancelled.set()

    transcript = Transcript("TC")
    hands = Hands(Person(waiting), transcript, SUT).until(lambda: asyncio.sleep(0.01))
    await asyncio.wait_for(hands.plug_in(1, 1), 2)
    assert cancelled.is_set()
    assert outcomes(transcript) == ["begun", "done"]


@pytest.mark.asyncio
async def test_a_person_who_is_quicker_than_the_wire_is_heard() -> None:
    hands = Hands(Person(answering(None)), Transcript("TC"), SUT)
    await asyncio.wait_for(hands.until(forever).plug_in(1, 1), 2)
    refusing = Hands(Person(answering(Unsupported("no"))), Transcript("TC"), SUT)
    with pytest.raises(CaseStopped):
        await refusing.until(forever).plug_in(1, 1)


@pytest.mark.asyncio
async def test_watching_that_fails_does_not_count_as_shown() -> None:
    async def later() -> str:
        await asyncio.sleep(0.05)
        raise OperatorFailed("really failed")

    hands = Hands(Person(later), Transcript("TC"), SUT)
    with pytest.raises(CaseStopped, match="really failed"):
        await hands.until(answering(TimeoutError())).plug_in(1, 1)


@pytest.mark.asyncio
async def test_a_machine_is_never_cut_short_by_the_wire() -> None:
    async def later() -> str:
        await asyncio.sleep(0.05)
        raise OperatorFailed("really failed")

    hands = Hands(Scripted(later), Transcript("TC"), SUT)
    with pytest.raises(CaseStopped, match="really failed"):
        await hands.until(answering(None)).plug_in(1, 1)


@pytest.mark.asyncio
async def test_the_probe_wants_to_be_refused() -> None:
    await probe(Scripted(answering(Unsupported("what?"))), 1)
    for answer, said in (
        (answering(None), "claims to have done it"),
        (answering(OperatorFailed("oops")), "oops"),
        (forever, "no answer within"),
    ):
        with pytest.raises(UntrustworthyError, match=said):
            await probe(Scripted(answer), 0.05)


def test_the_factory_knows_its_kinds() -> None:
    ready = Scripted(answering(None))
    assert make(OperatorSpec("embedded"), SUT, ready) is ready
    for kind in ("embedded", "telepathy"):
        with pytest.raises(OperatorSettingsError, match=kind):
            make(OperatorSpec(kind), SUT)
    assert operator("prompt") is not None


def test_every_kind_of_operator_is_registered() -> None:
    made = set(MAKERS) | {"embedded"}
    assert made == set(OPERATOR_KINDS), (
        "OPERATOR_KINDS (harness/sut/model.py) and MAKERS (harness/operators/__init__.py)"
        f" differ in {made ^ set(OPERATOR_KINDS)}"
    )
    written = {
        each
        for module in pkgutil.iter_modules(operators.__path__, "harness.operators.")
        for each in vars(importlib.import_module(module.name)).values()
        if inspect.isclass(each)
        and each.__module__ == module.name
        and each.__name__.endswith("Operator")
        and each is not Operator
    }
    unknown = written - set(MAKERS.values())
    assert not unknown, (
        f"{unknown}: add it to MAKERS (harness/operators/__init__.py)"
        " and OPERATOR_KINDS (harness/sut/model.py)"
    )


@pytest.mark.parametrize(("facade", "role"), [(Hands, Role.STATION), (Buttons, Role.CSMS)])
def test_every_action_of_the_contract_can_be_said(facade: type, role: Role) -> None:
    methods = {n for n, _ in inspect.getmembers(facade, inspect.iscoroutinefunction)} - {"attempt"}
    differ = methods ^ set(verbs(role))
    assert not differ, f"in one of harness/sut/contract.py and harness/operators/hands.py: {differ}"


def test_the_example_csms_has_a_usable_operator() -> None:
    path = Path(__file__).parent.parent / "suts" / "example_csms.yaml"
    secrets = {"CSMS_STATION_PASSWORD": "0123456789abcdef", "CSMS_API_TOKEN": "token"}
    sut = load(path, secrets)
    assert make(sut.operator, sut) is not None


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("prompt", {"ttty": "x"}, "did you mean tty"),
        ("http", {"base_ur": "x"}, "did you mean base_url"),
        ("http", {"timeout": 0}, "timeout must be"),
        ("http", {"actions": []}, "actions must be keys and values"),
        ("http", {"actions": {"ask": {}}}, "ask needs url"),
        ("http", {"actions": {"ask": {"url": "/", "method": "SEND"}}}, "SEND"),
        ("http", {"actions": {"ask": {"url": "/", "json": {}, "body": ""}}}, "both json and body"),
        ("http", {"actions": {"ask": {"url": "/", "expect": {"status": [2]}}}}, "HTTP statuses"),
        ("websocket", {}, "needs url"),
        ("websocket", {"url": "ws://x", "actions": {"ask": {}}}, "needs send"),
        ("websocket", {"url": "ws://x", "actions": {"ask": {"send": "x"}}}, "needs match"),
        ("command", {"actions": {"ask": "ls"}}, "must be a list"),
        ("command", {"actions": {"ask": []}}, "must be a list"),
        ("python", {}, "package.module:Class"),
        ("python", {"class": "nowhere_at_all:Class"}, "there is no module nowhere_at_all"),
        ("python", {"class": "json:Class"}, "there is no Class: write the name of a class in"),
        ("python", {"class": "json:loads"}, "is no class"),
        ("python", {"class": "json:JSONDecoder"}, "async def start"),
        (
            "python",
            {"class": f"{__name__}:Scripted", "nothing": 1},
            "do not fit .*its __init__ takes",
        ),
    ],
)
def test_wrong_settings_are_named(kind: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(OperatorSettingsError, match=said):
        make(OperatorSpec(kind, settings), SUT)


def test_templates() -> None:
    values = {"payload": {"type": "OnIdle", "list": [{"a": 1}]}, "evse": 1}
    assert fill("{payload}", values) == values["payload"]
    assert fill("{payload.list.0.a}", values) == 1
    assert fill("EVSE {evse}: {payload.list}", values) == 'EVSE 1: [{"a": 1}]'
    assert fill({"a": "{evse}", "b": "{payload.none?}", "c": None}, values) == {"a": 1, "c": None}
    assert fill(["{none?}", 2.5], values) == [2.5]
    assert fill('{"x": {}}', values) == '{"x": {}}'
    with pytest.raises(OperatorFailed, match=r"needs \{payload\.none\}"):
        fill("{payload.none}", values)
