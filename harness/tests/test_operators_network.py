import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from websockets.asyncio.server import ServerConnection, serve

from harness.operators import (
    OperatorFailed,
    OperatorSettingsError,
    Unsupported,
    UntrustworthyError,
    probe,
)
from harness.tests.operator_tools import deaf_port, operator, served


@pytest_asyncio.fixture(loop_scope="function")
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
    async with served(app) as base:
        yield base, requests


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
        ({"url": "/text", "result": "/x"}, OperatorFailed, "no JSON: HTTP 200: fine"),
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
    with deaf_port() as port:
        dead = f"http://127.0.0.1:{port}"
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


@pytest_asyncio.fixture(loop_scope="function")
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
    with deaf_port() as port:
        url = f"ws://127.0.0.1:{port}"
        client = operator("websocket", url=url, actions={"plug_in": exchange("x")})
        with pytest.raises(OperatorFailed, match="no connection to"):
            await client.perform("plug_in", evse=1, connector=1)
    await probe(client, 1)
