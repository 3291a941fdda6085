"""What the templates of an operator can say, and what is said of those that say it wrongly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from harness import clock
from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped
from harness.operators import Buttons, OperatorFailed, OperatorSettingsError, Unsupported, make
from harness.operators.fallback import Fallback
from harness.operators.offers import offers
from harness.operators.templates import fill, given, unmet
from harness.spec.roles import Role
from harness.sut.contract import names_for
from harness.sut.file import SutFileError, load
from harness.sut.model import OperatorSpec, Sut
from harness.sut.operator_scripts import Conditions
from harness.sut.template_contract import KEYS, WORDS, tables
from harness.sut.template_text import expression
from harness.tests.operator_tools import served

CSMS = Sut("Product", Role.CSMS, identity="CS 1", url="ws://127.0.0.1:1")
VALUES = given(CSMS, "ask", {"message": "Reset", "payload": {"type": "OnIdle", "ids": [1, 2]}})
HEAD = "name: x\nrole: CSMS\nurl: ws://h:1/o\nfeatures: [C-50.2]\nsecurity_profile: 0\n"


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ({"a": 1, "{...payload}": None}, {"a": 1, "type": "OnIdle", "ids": [1, 2]}),
        ({"{...payload}": None, "type": "x"}, {"type": "x", "ids": [1, 2]}),
        ({"{...customer?}": None, "a": 1}, {"a": 1}),
        ([0, "{...payload.ids}", 3], [0, 1, 2, 3]),
        ({"{message}": "{payload.type}"}, {"Reset": "OnIdle"}),
        ("{{ {'OnIdle': 7}[payload.type] }}", 7),
        ("{{ payload.type | upper }} of {identity}", "ONIDLE of CS 1"),
        ({"a": "{{ payload.evse if payload.evse is defined else omit }}"}, {}),
        ("{{ {'a': {'b': payload.ids}} }}", {"a": {"b": [1, 2]}}),
        ('{"plain": {"braces": {}}}', '{"plain": {"braces": {}}}'),
        ("{{ '{identity}' }}", "{identity}"),
    ],
)
def test_a_template_is_filled(template: Any, filled: Any) -> None:
    assert fill(template, VALUES) == filled


def test_what_is_put_in_is_no_template_itself() -> None:
    values = {**VALUES, "payload": {"data": "{identity} {{ identity }}"}}
    assert fill("{payload.data} {{ payload.data }}", values) == " ".join(
        ["{identity} {{ identity }}"] * 2
    )


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ({"{...message}": None}, r"\{\.\.\.message\} stands where an object is needed"),
        (["{...payload}"], "where a list is needed"),
        ("{{ payload.evse }}", r"payload\.evse \}\} has no value"),
        ("{{ {'Immediate': 1}[payload.type] }}", "has no value"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ payload.__class__.__mro__ }}", "unsafe|has no value"),
        ("{payload.evse}", r"needs \{payload\.evse\}"),
    ],
)
def test_what_a_template_needs_and_the_action_has_not(template: Any, said: str) -> None:
    with pytest.raises(OperatorFailed, match=said):
        fill(template, VALUES)


def test_now_is_a_date_time_of_ocpp_on_the_clock_of_the_run() -> None:
    async def filled() -> tuple[Any, Any]:
        await clock.sleep(86_400)
        template = ["{now}", "{{ now + timedelta(hours=1) }}"]
        return clock.now(), fill(template, given(CSMS))

    moment, (now, later) = clock.run(filled(), simulated=True)
    assert now == f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    assert later > now


@pytest.mark.parametrize(
    ("conditions", "problem"),
    [
        ({"/error": "{absent}"}, ""),
        ({"/ok": "{present}"}, ""),
        ({"/ok": "{absent}"}, "/ok is True instead of absent"),
        ({"/error": "{present}"}, "/error is missing instead of something"),
        ({"/n": "{payload.ids.0}"}, ""),
        ({"/n": "{payload.ids.1}"}, "/n is 1 instead of 2"),
        ({"/ok": 1}, "/ok is True instead of 1"),
    ],
)
def test_conditions(conditions: dict[str, Any], problem: str) -> None:
    assert unmet(Conditions((), conditions), {"ok": True, "n": 1}, VALUES) == problem


def test_a_condition_that_is_an_expression() -> None:
    values = {**VALUES, "reply": {"json": {"n": 3}}}
    assert not unmet(Conditions(that=expression("reply.json.n > 2")), None, values)
    assert "does not hold" in unmet(Conditions(that=expression("reply.json.n > 3")), None, values)
    with pytest.raises(OperatorFailed, match="has no value"):
        unmet(Conditions(that=expression("reply.json.m > 3")), None, values)


@pytest.mark.parametrize(
    ("action", "parameters", "names"),
    [
        ("ask", {"message": "Reset", "payload": {}}, ("ask.Reset", "ask", "*")),
        (
            "arrange",
            {"what": "boot_status", "status": "Pending"},
            ("arrange.boot_status.Pending", "arrange.boot_status", "arrange", "*"),
        ),
        (
            "arrange",
            {"what": "other_station", "other": "X", "known": False},
            ("arrange.other_station.false", "arrange.other_station", "arrange", "*"),
        ),
        (
            "arrange",
            {"what": "security_profile", "profile": 2},
            ("arrange.security_profile.2", "arrange.security_profile", "arrange", "*"),
        ),
        ("look", {"what": "variable"}, ("look.variable", "look", "*")),
        ("nonsense", {}, ("nonsense", "*")),
    ],
)
def test_which_templates_may_stand_for_an_action(
    action: str, parameters: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert names_for(Role.CSMS, action, parameters) == names


# -- what a file says wrongly


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("ask: {url: '/{{ payload. }}'}", ":9: .*is no expression"),
        ("ask: {url: '/{{ payload'}", ":9: .*without"),
        ("ask: {url: '/{{ paylod.type }}'}", r":9: .*names \{paylod\}.*did you mean \{payload\}"),
        ("ask: {url: /x, json: {'{...paylod}': }}", r"did you mean \{payload\}"),
        ("ask: [{when: 'payload.type ==', url: /x}]", r"\.0\.when cannot be read .*expression"),
        ("ask: [{when: 'typ == 1', url: /x}]", r"names \{typ\}"),
        ("ask: []", "is an empty list"),
        ("ask: {steps: []}", "is an empty list"),
        (
            "ask: {steps: [{url: /x, resul: /y}]}",
            r"steps\.0\.resul is no key here: use method, url",
        ),
        ("ask: {url: /x, expect: {json: {error: 1}}}", r"is no JSON pointer: write /error"),
        ("ask: {url: /x, until: {that: reply.json.}}", r"until\.that cannot be read"),
        ("ask: {url: /x, result: '{replies.0.json.x} {evse}'}", r"names \{evse\}"),
        ("arrange.boot_status.Pendin: {url: /x}", r"did you mean arrange\.boot_status\.Pending"),
        ("ask: {url: /{identity}}", ":9: this is no YAML.*put texts with { } in quotes"),
    ],
)
def test_a_template_that_is_none_is_told_with_its_line(
    tmp_path: Path, actions: str, said: str
) -> None:
    path = tmp_path / "sut.yaml"
    text = f"{HEAD}operator:\n  kind: http\n  settings: {{actions: {{\n    {actions}}}}}\n"
    path.write_text(text, "utf-8")
    with pytest.raises(SutFileError, match=said):
        load(path, {})


def test_the_operator_behind_another_is_checked_as_well(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(
        f"{HEAD}operator:\n  kind: none\n  fallback:\n    kind: http\n    settings:\n"
        "      actions:\n        ask: {url: '/{nothing}'}\n    fallback: {kind: embedded}\n",
        "utf-8",
    )
    with pytest.raises(SutFileError) as caught:
        load(path, {})
    assert [each.line for each in caught.value.problems] == [12, 13]


def test_the_settings_of_the_operator_behind_another_have_their_own_path() -> None:
    spec = OperatorSpec("none", fallback=OperatorSpec("http", {"timeout": 0}))
    with pytest.raises(OperatorSettingsError) as caught:
        make(spec, CSMS)
    assert caught.value.path == "operator.fallback.settings.timeout"


@pytest.mark.parametrize(
    ("names", "name", "offered"),
    [
        (("arrange.boot_status.Pending",), "arrange.boot_status", None),
        (("arrange.boot_status.Pending",), "arrange.token", False),
        (("arrange",), "arrange.token", True),
        (("*",), "plug_in", True),
        (("ask.Reset",), "ask.GetLog", False),
    ],
)
def test_what_is_known_of_what_an_operator_can_do(
    names: tuple[str, ...], name: str, *, offered: bool | None
) -> None:
    spec = OperatorSpec("http", {"actions": {each: {"url": "/"} for each in names}})
    assert offers(spec, name) is offered
    assert offers(OperatorSpec("none", fallback=spec), name) is offered
    assert offers(OperatorSpec("http", spec.settings, OperatorSpec("prompt")), name) is True
    choice = OperatorSpec("http", {"actions": {name: [{"when": "false", "url": "/"}]}})
    assert offers(choice, name) is None


def test_the_tables_name_all_keys_and_words() -> None:
    printed = tables()
    assert all(
        f"| `{each.name}` | {', '.join(each.kinds)} |" in printed for each in (*KEYS, *WORDS)
    )


# -- what is done


@pytest_asyncio.fixture(loop_scope="function")
async def jobs() -> AsyncIterator[tuple[str, list[str]]]:
    """An interface that works on a job until it was asked three times; 9 never ends, 8 fails."""
    seen: list[str] = []

    async def take(request: web.Request) -> web.Response:
        number = (await request.json())["number"]
        headers = {"Location": f"/base/jobs/{number}"}
        return web.json_response({"id": number}, status=202, headers=headers)

    async def state(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        seen.append(number)
        if number == "8":
            return web.json_response({"state": "failed", "error": "no fuse"})
        done = number != "9" and len(seen) > 2
        return web.json_response(
            {"state": "done" if done else "busy", "asked": request.query_string}
        )

    app = web.Application()
    app.add_routes([web.post("/base/jobs", take), web.get("/base/jobs/{number}", state)])
    async with served(app) as base:
        yield f"{base}/base", seen


def polling(**more: Any) -> dict[str, Any]:
    poll = {
        "method": "GET",
        "url": "{reply.headers.location}",
        "query": {"of": "{identity}", "more": "{nothing?}"},
        "until": {"json": {"/state": "done"}},
        "expect": {"json": {"/error": "{absent}"}},
        "every": 0.01,
        **more,
    }
    return {"steps": [{"url": "/jobs", "json": {"number": "{payload.n}"}}, poll]}


async def asked(base: str, template: Any, **payload: Any) -> Any:
    spec = OperatorSpec("http", {"base_url": base, "actions": {"ask": template}})
    operator = make(spec, CSMS)
    await operator.start()
    try:
        return await operator.perform("ask", message="Reset", payload=payload)
    finally:
        await operator.close()


@pytest.mark.asyncio
async def test_an_exchange_is_repeated_until_it_is_as_awaited(
    jobs: tuple[str, list[str]],
) -> None:
    base, seen = jobs
    template = {**polling(), "result": "{replies.0.json.id}: {reply.json.asked}"}
    assert await asked(base, template, n="1") == "1: of=CS 1"
    assert seen == ["1"] * 3


@pytest.mark.asyncio
async def test_what_never_comes_and_what_fails_is_told(jobs: tuple[str, list[str]]) -> None:
    base, seen = jobs
    with pytest.raises(OperatorFailed, match=r"/state is 'busy' instead of 'done', for 0\.05 s"):
        await asked(base, polling(within=0.05), n="9")
    seen.clear()
    with pytest.raises(OperatorFailed, match="/error is 'no fuse' instead of absent"):
        await asked(base, polling(), n="8")
    assert seen == ["8"], "what has failed is not asked for again"


@pytest.mark.asyncio
async def test_the_first_template_counts_whose_condition_holds(
    jobs: tuple[str, list[str]],
) -> None:
    base, _ = jobs
    template = [
        {"when": "payload.n | default(0) == '1'", "url": "/jobs", "json": {"number": "first"}},
        {"when": "payload.n is defined", "url": "/jobs", "json": {"number": "second"}},
    ]
    assert (await asked(base, template, n="1"))["id"] == "first"
    assert (await asked(base, template, n="2"))["id"] == "second"
    with pytest.raises(Unsupported, match=r"no template for ask\.Reset for these parameters"):
        await asked(base, template)
    missing = {"{{ n }}": 1}
    with pytest.raises(OperatorFailed, match="n }} has no value"):
        await asked(base, {"url": "/jobs", "json": missing}, n="2")


@pytest.mark.asyncio
async def test_what_one_operator_cannot_do_another_does(jobs: tuple[str, list[str]]) -> None:
    base, _ = jobs
    second = OperatorSpec("http", {"base_url": base, "actions": {"ask": polling()}})
    spec = OperatorSpec("http", {"actions": {"look": {"url": "/"}}}, second)
    operator = make(spec, CSMS)
    await operator.start()
    assert (await operator.perform("ask", message="Reset", payload={"n": "1"}))["state"] == "done"
    with pytest.raises(Unsupported, match=r"no template for arrange; there is no template for arr"):
        await operator.perform("arrange")
    await operator.close()


@pytest.mark.asyncio
async def test_a_person_behind_a_machine_need_not_answer_what_the_wire_shows() -> None:
    asked_for: list[str] = []

    class Person:
        waits_for_person = True

        async def start(self) -> None: ...

        async def perform(self, action: str, **_parameters: Any) -> Any:
            asked_for.append(action)
            await clock.sleep(1000)

        async def close(self) -> None: ...

    class Machine:
        async def start(self) -> None: ...

        async def perform(self, _action: str, **parameters: Any) -> Any:
            if parameters["message"] == "Reset":
                raise Unsupported("no button")
            await clock.sleep(0.05)
            raise OperatorFailed("jammed")

        async def close(self) -> None: ...

    async def shown() -> None: ...

    buttons = Buttons(Fallback(Machine(), Person()), Transcript("TC"), CSMS).until(shown)
    await buttons.ask("Reset")
    assert asked_for == ["ask"]
    with pytest.raises(CaseStopped, match="jammed"):
        await buttons.ask("GetLog")
