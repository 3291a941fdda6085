import asyncio
import json
import os
import pty
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from websockets.asyncio.server import ServerConnection, serve

from harness.operators import (
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
from harness.sut import Limits, OperatorSpec, Role, Sut, Token
from harness.sut_file import load
from harness.transcript import Kind, Transcript
from harness.verdict import CaseStopped, StopKind

SUT = Sut("Product", Role.STATION, identity="CS 1")


def operator(kind: str, **settings: Any) -> Operator:
    return make(OperatorSpec(kind, settings), SUT)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


# ---------------------------------------------------------------- facades


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
    await hands.present_token(Token("AB", "ISO14443"), 1)
    await hands.power_cycle()
    await hands.drive_in(1)
    await hands.drive_out(1)
    await hands.ev_suspend(1)
    await hands.ev_ready(1)
    await buttons.ask("Reset", type="OnIdle", action="x")
    await buttons.arrange("token", id_token="AB")
    assert await buttons.look("variable", component="C") == "held"
    assert fake.seen == [
        ("plug_in", {"evse": 1, "connector": 2}),
        ("unplug", {"evse": 1, "connector": 2}),
        ("present_token", {"id_token": "AB", "type": "ISO14443", "evse": 1}),
        ("power_cycle", {}),
        ("drive_in", {"evse": 1}),
        ("drive_out", {"evse": 1}),
        ("ev_suspend", {"evse": 1}),
        ("ev_ready", {"evse": 1}),
        ("ask", {"message": "Reset", "payload": {"type": "OnIdle", "action": "x"}}),
        ("arrange", {"what": "token", "id_token": "AB"}),
        ("look", {"what": "variable", "component": "C"}),
    ]
    assert transcript.entries[0].data == {
        "action": "plug_in",
        "parameters": {"evse": 1, "connector": 2},
        "outcome": "begun",
    }
    assert outcomes(transcript) == ["begun", "done"] * 11


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


# ---------------------------------------------------------------- probe and factory


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
        ("python", {"class": "nowhere_at_all:Class"}, "cannot be imported"),
        ("python", {"class": "json:Class"}, "cannot be imported"),
        ("python", {"class": "json:loads"}, "is no class"),
        ("python", {"class": "json:JSONDecoder"}, "async def start"),
        ("python", {"class": f"{__name__}:Scripted", "nothing": 1}, "does not take these settings"),
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


# ---------------------------------------------------------------- http


@pytest_asyncio.fixture
async def http() -> AsyncIterator[tuple[str, list[Any]]]:
    """A CSMS's interface on loopback: its base URL and the requests it got."""
    requests: list[Any] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        requests.append((request.method, request.raw_path, body, request.headers.get("X-Key")))
        match request.path.rsplit("/", 1)[-1]:
            case "Reset":
                return web.json_response({"accepted": True, "value": {"deep": [1, 2]}})
            case "slow":
                await asyncio.sleep(5)
            case "broken":
                return web.Response(status=500, text="the database\nis on fire")
            case "unsupported":
                return web.Response(status=501, text="not here")
            case "login":
                return web.Response(status=302, headers={"Location": "/Reset"})
            case "text":
                return web.Response(text="fine")
        return web.Response(status=204)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", requests
    await runner.cleanup()


async def http_perform(
    base: str, template: dict[str, Any], name: str = "ask", /, **parameters: Any
) -> Any:
    settings = {"base_url": base, "headers": {"X-Key": "k"}, "timeout": 0.5}
    client = operator("http", **settings, actions={name: template})
    await client.start()
    try:
        return await client.perform(name.split(".")[0], **parameters)
    finally:
        await client.close()


@pytest.mark.asyncio
async def test_http_sends_what_the_template_says(http: tuple[str, list[Any]]) -> None:
    base, requests = http
    template = {
        "url": "/s/{identity}/{message}",
        "json": "{payload}",
        "expect": {"status": [200], "json": {"/accepted": True}},
        "result": "/value/deep/1",
    }
    payload = {"type": "OnIdle", "evseId": 1}
    assert await http_perform(base, template, message="Reset", payload=payload) == 2
    [(method, path, body, key)] = requests
    assert (method, path, json.loads(body), key) == ("POST", "/s/CS%201/Reset", payload, "k")


@pytest.mark.asyncio
async def test_http_takes_the_most_special_template(http: tuple[str, list[Any]]) -> None:
    base, requests = http
    actions = {name: {"url": f"/{name}"} for name in ("ask.Reset", "ask", "*")}
    client = operator("http", base_url=base, actions=actions)
    await client.start()
    await client.perform("ask", message="Reset", payload={})
    await client.perform("ask", message="GetLog", payload={})
    await client.perform("arrange", what="token")
    await client.close()
    assert [path for _, path, _, _ in requests] == ["/ask.Reset", "/ask", "/*"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("template", "error", "said"),
    [
        ({"url": "/broken"}, OperatorFailed, "HTTP 500: the database is on fire"),
        ({"url": "/unsupported"}, Unsupported, "HTTP 501: not here"),
        ({"url": "/broken", "unsupported": [500]}, Unsupported, "HTTP 500"),
        ({"url": "/login"}, OperatorFailed, "HTTP 302"),
        ({"url": "/slow"}, OperatorFailed, r"no answer from .* within 0\.5 s"),
        ({"url": "/Reset", "expect": {"status": [202]}}, OperatorFailed, "HTTP 200"),
        (
            {"url": "/Reset", "expect": {"json": {"/accepted": False}}},
            OperatorFailed,
            "/accepted is True instead of False",
        ),
        ({"url": "/Reset", "expect": {"json": {"/x": 1}}}, OperatorFailed, "/x is missing"),
        ({"url": "/Reset", "result": "/x"}, OperatorFailed, "nothing at /x"),
        ({"url": "/text", "result": "/x"}, OperatorFailed, "no JSON: fine"),
        ({"url": "/{nothing}"}, OperatorFailed, "needs {nothing}"),
    ],
)
async def test_http_tells_refusals_and_failures_apart(
    http: tuple[str, list[Any]], template: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await http_perform(http[0], template, message="m", payload={})


@pytest.mark.asyncio
async def test_http_without_a_server_or_a_template() -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(OperatorFailed, match=f"POST {dead}/x"):
        await http_perform(dead, {"url": "/x"})
    client = operator("http", base_url=dead, actions={"ask": {"url": "/x"}})
    with pytest.raises(Unsupported, match=r"no template for look\.token"):
        await client.perform("look", what="token")
    await probe(client, 1)


@pytest.mark.asyncio
async def test_the_probe_unmasks_an_interface_that_accepts_anything(
    http: tuple[str, list[Any]],
) -> None:
    client = operator("http", base_url=http[0], actions={"*": {"url": "/text"}})
    await client.start()
    with pytest.raises(UntrustworthyError, match="claims to have done it"):
        await probe(client, 2)
    await client.close()


# ---------------------------------------------------------------- websocket


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[tuple[str, list[Any]]]:
    """An interface over WebSocket: its URL and the frames it got, None for each connection."""
    frames: list[Any] = []

    async def talk(connection: ServerConnection) -> None:
        frames.append(None)
        async for text in connection:
            frame = json.loads(text)
            frames.append(frame)
            await connection.send("noise")
            await connection.send(json.dumps({"id": "another", "ok": True}))
            reply = {"id": frame["id"], "ok": True, "value": 7}
            match frame.get("do"):
                case "fail":
                    reply = {"id": frame["id"], "ok": False, "error": "jammed"}
                case "unknown":
                    reply = {"id": frame["id"], "ok": False, "error": "unknown"}
                case "hang":
                    continue
                case "leave":
                    await connection.close()
                    return
            await connection.send(json.dumps(reply))

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}", frames


def exchange(do: str, **more: Any) -> dict[str, Any]:
    return {
        "send": {"id": "{request_id}", "do": do, "with": "{parameters}"},
        "match": {"/id": "{request_id}"},
        "expect": {"/ok": True},
        "unsupported": {"/error": "unknown"},
        **more,
    }


@pytest.mark.asyncio
async def test_websocket_logs_in_once_and_matches_replies(gateway: tuple[str, list[Any]]) -> None:
    url, frames = gateway
    actions = {"plug_in": exchange("plug"), "look": exchange("look", result="/value")}
    client = operator("websocket", url=url, login=[exchange("login", send={"id": 1})])
    with pytest.raises(OperatorSettingsError):
        operator("websocket", url=url, login=[{"send": "hello"}])
    login = {"send": {"id": "me", "do": "{identity}"}, "match": {"/id": "me"}}
    client = operator("websocket", url=url, login=[login], actions=actions)
    await client.start()
    await client.perform("plug_in", evse=1, connector=2)
    assert await client.perform("look", what="v") == 7
    await client.close()
    assert frames[0] is None
    assert [(f["do"], f.get("with")) for f in frames[1:]] == [
        ("CS 1", None),
        ("plug", {"evse": 1, "connector": 2}),
        ("look", {"what": "v"}),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("do", "error", "said"),
    [
        ("fail", OperatorFailed, "/ok is False instead of True.*jammed"),
        ("unknown", Unsupported, "unknown"),
        ("hang", OperatorFailed, r"no reply within 0\.3 s"),
        ("leave", OperatorFailed, "the connection closed"),
    ],
)
async def test_websocket_tells_refusals_and_failures_apart(
    gateway: tuple[str, list[Any]], do: str, error: type[Exception], said: str
) -> None:
    actions = {"plug_in": exchange(do), "unplug": exchange("unplug")}
    client = operator("websocket", url=gateway[0], timeout=0.3, actions=actions)
    with pytest.raises(error, match=said):
        await client.perform("plug_in", evse=1, connector=1)
    assert (await client.perform("unplug", evse=1, connector=1))["value"] == 7
    await client.close()


@pytest.mark.asyncio
async def test_websocket_without_a_server_or_a_template() -> None:
    url = f"ws://127.0.0.1:{free_port()}"
    client = operator("websocket", url=url, actions={"plug_in": exchange("x")})
    with pytest.raises(OperatorFailed, match="no connection to"):
        await client.perform("plug_in", evse=1, connector=1)
    await probe(client, 1)


# ---------------------------------------------------------------- command


def program(*lines: str) -> list[str]:
    return [sys.executable, "-c", "import sys, json, time, os\n" + "\n".join(lines)]


@pytest.mark.asyncio
async def test_command_passes_arguments_without_a_shell(tmp_path: Path) -> None:
    argv = [*program("print(json.dumps([os.getcwd(), *sys.argv[1:]]))"), "{what}; echo $HOME"]
    client = operator("command", directory=str(tmp_path), actions={"look": [*argv, "{parameters}"]})
    found = await client.perform("look", what="x", n=1)
    assert found == [str(tmp_path), "x; echo $HOME", '{"what": "x", "n": 1}']


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("lines", "error", "said"),
    [
        (["sys.exit(3)"], Unsupported, "exited with 3"),
        (["sys.exit('no\\nhands')"], OperatorFailed, "exited with 1: no hands"),
        (["os.kill(os.getpid(), 9)"], OperatorFailed, "exited with -9"),
        (["print('no JSON')"], OperatorFailed, "printed no JSON: no JSON"),
    ],
)
async def test_command_tells_refusals_and_failures_apart(
    lines: list[str], error: type[Exception], said: str
) -> None:
    client = operator("command", actions={"look": program(*lines)})
    with pytest.raises(error, match=said):
        await client.perform("look", what="x")


@pytest.mark.asyncio
async def test_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    lines = [
        "import subprocess",
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        f"open({str(pids)!r}, 'w').write('%d %d' % (os.getpid(), child.pid))",
        "time.sleep(60)",
    ]
    client = operator("command", timeout=1.5, actions={"plug_in": program(*lines)})
    with pytest.raises(OperatorFailed, match=r"did not end within 1\.5 s"):
        await client.perform("plug_in", evse=1, connector=1)
    for pid in pids.read_text().split():
        assert await gone(int(pid))


@pytest.mark.asyncio
async def test_a_cancelled_command_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    lines = [f"open({str(pid)!r}, 'w').write(str(os.getpid()))", "time.sleep(60)"]
    client = operator("command", actions={"power_cycle": program(*lines)})
    task = asyncio.ensure_future(client.perform("power_cycle"))
    async with asyncio.timeout(5):
        while not pid.exists() or not pid.read_text():  # noqa: ASYNC110  # a file has no event
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(int(pid.read_text()))


async def gone(pid: int) -> bool:
    """Whether the process ended within two seconds."""
    for _ in range(200):
        if ended(pid):
            return True
        await asyncio.sleep(0.01)
    return False


def ended(pid: int) -> bool:
    """Whether there is no such process, or a zombie that nobody reaped yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.asyncio
async def test_command_that_is_not_there_and_the_probe() -> None:
    client = operator("command", actions={"plug_in": ["/no/such/program"]})
    with pytest.raises(OperatorFailed, match="cannot be started"):
        await client.perform("plug_in", evse=1, connector=1)
    await probe(client, 1)
    await probe(operator("command", actions={"*": program("sys.exit(3)")}), 5)
    with pytest.raises(UntrustworthyError, match="claims"):
        await probe(operator("command", actions={"*": program("sys.exit(0)")}), 5)


# ---------------------------------------------------------------- python


class Mine:
    """What somebody might write for their own system."""

    def __init__(self, colour: str) -> None:
        self.colour = colour

    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        if action == "look":
            return [self.colour, parameters]
        if action == "plug_in":
            raise ConnectionError("arm lost")
        if action == "unplug":
            raise OperatorFailed("stuck")
        raise Unsupported(action)

    async def close(self) -> None: ...


@pytest.mark.asyncio
async def test_python_operators() -> None:
    client = operator("python", **{"class": f"{__name__}:Mine", "colour": "red"})
    await client.start()
    assert await client.perform("look", what="x") == ["red", {"what": "x"}]
    with pytest.raises(OperatorFailed, match="ConnectionError: arm lost"):
        await client.perform("plug_in", evse=1, connector=1)
    with pytest.raises(OperatorFailed, match="stuck"):
        await client.perform("unplug", evse=1, connector=1)
    await probe(client, 1)
    await client.close()


# ---------------------------------------------------------------- prompt


class Terminal:
    """The person's side of a pseudo-terminal."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.name = os.ttyname(self.slave)

    async def read_until(self, text: str) -> str:
        seen = ""
        async with asyncio.timeout(5):
            while text not in seen:
                try:
                    seen += os.read(self.master, 4096).decode()
                except BlockingIOError:
                    await asyncio.sleep(0.005)
        return seen

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest_asyncio.fixture
async def terminal() -> AsyncIterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


async def answered(terminal: Terminal, answer: str, action: str, **parameters: Any) -> Any:
    client = operator("prompt", tty=terminal.name)
    task = asyncio.ensure_future(client.perform(action, **parameters))
    await terminal.read_until("REASON'")
    terminal.type(answer + "\n")
    return await asyncio.wait_for(task, 5)


@pytest.mark.asyncio
async def test_prompt_asks_in_plain_words(terminal: Terminal) -> None:
    client = operator("prompt", tty=terminal.name)
    task = asyncio.ensure_future(client.perform("plug_in", evse=1, connector=2))
    shown = await terminal.read_until("Enter = done")
    assert "Product: please plug the vehicle into EVSE 1, connector 2." in shown
    assert not task.done()
    terminal.type("\n")
    assert await asyncio.wait_for(task, 5) is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ("no the cable is fixed", Unsupported, "the cable is fixed"),
        ("failed it broke", OperatorFailed, "it broke"),
        ("hm?", OperatorFailed, "answered 'hm\\?'"),
    ],
)
async def test_prompt_understands_no_and_failed(
    terminal: Terminal, answer: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await answered(terminal, answer, "power_cycle")


@pytest.mark.asyncio
@pytest.mark.parametrize(("answer", "seen"), [("86400", 86400), ("on", "on"), ('"7"', "7")])
async def test_prompt_looks(terminal: Terminal, answer: str, seen: Any) -> None:
    assert await answered(terminal, answer, "look", what="variable", component="C") == seen


@pytest.mark.asyncio
async def test_keys_pressed_too_early_are_no_answer(terminal: Terminal) -> None:
    terminal.type("\n\n")
    await asyncio.sleep(0.05)  # the pseudo-terminal has no event for "arrived"
    client = operator("prompt", tty=terminal.name)
    task = asyncio.ensure_future(client.perform("power_cycle"))
    await terminal.read_until("Enter = done")
    await asyncio.sleep(0.05)  # time in which the early keys would be taken for an answer
    assert not task.done()
    terminal.type("\n")
    await asyncio.wait_for(task, 5)


@pytest.mark.asyncio
async def test_a_withdrawn_question_says_so(terminal: Terminal) -> None:
    hands = Hands(operator("prompt", tty=terminal.name), Transcript("TC"), SUT)
    wire = asyncio.Event()
    task = asyncio.ensure_future(hands.until(wire.wait).plug_in(1, 1))
    await terminal.read_until("Enter = done")
    wire.set()
    await asyncio.wait_for(task, 5)
    assert "no answer needed any more" in await terminal.read_until("any more")


@pytest.mark.asyncio
async def test_prompt_without_a_terminal_or_a_known_action(
    tmp_path: Path, terminal: Terminal
) -> None:
    (tmp_path / "file").write_text("")
    for tty in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(Unsupported, match="no terminal"):
            await operator("prompt", tty=str(tty)).perform("power_cycle")
    began = time.monotonic()
    await probe(operator("prompt", tty=terminal.name), 5)
    assert time.monotonic() - began < 1


@pytest.mark.asyncio
async def test_a_terminal_that_goes_away_does_not_hang() -> None:
    terminal = Terminal()
    task = asyncio.ensure_future(operator("prompt", tty=terminal.name).perform("power_cycle"))
    await terminal.read_until("Enter = done")
    terminal.close()
    with pytest.raises(Unsupported, match="closed"):
        await asyncio.wait_for(task, 5)
