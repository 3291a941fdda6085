"""An HTTP interface that wants to know who asks: a cookie or a token, got once and used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from harness.operators import Operator, OperatorFailed, OperatorSettingsError
from harness.tests.operator_tools import operator, served

USER = {"user": "harness", "password": "from-the-environment"}
LOGIN = {"url": "/session", "json": USER}
BEARER = {"Authorization": "Bearer {login.json.token}"}
ACTIONS = {"ask": {"url": "/ask/{message}"}}


@dataclass
class Interface:
    """``uses``: requests for which a session is good; ``paths``: what was asked for, in order."""

    base: str = ""
    uses: int = 100
    by_cookie: bool = False
    paths: list[str] = field(default_factory=list[str])
    left: dict[str, int] = field(default_factory=dict[str, int])

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        if request.path == "/form":
            return web.json_response({"csrf": "c1"})
        if request.path == "/session":
            return await self._session(request)
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        shown = request.cookies.get("session", "") if self.by_cookie else shown
        if self.left.get(shown, 0) <= 0:
            return web.json_response({"error": "who are you?"}, status=401)
        self.left[shown] -= 1
        return web.json_response({"done": True})

    async def _session(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization"):
            return web.json_response({"error": "already somebody"}, status=400)
        if (await request.json()).get("password") != USER["password"]:
            return web.json_response({"error": "wrong password"}, status=403)
        token = f"secret-{len(self.left)}"
        self.left[token] = self.uses
        if not self.by_cookie:
            return web.json_response({"token": token})
        answer = web.json_response({})
        answer.set_cookie("session", token)
        return answer


@pytest_asyncio.fixture(loop_scope="function")
async def interface() -> AsyncIterator[Interface]:
    it = Interface()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", it.answer)
    async with served(app) as it.base:
        yield it


async def _asked(it: Interface, times: int, **settings: Any) -> list[Any]:
    client: Operator = operator("http", base_url=it.base, actions=ACTIONS, **settings)
    await client.start()
    try:
        return [await client.perform("ask", message="Reset", payload={}) for _ in range(times)]
    finally:
        await client.close()


@pytest.mark.asyncio
async def test_a_token_is_got_once_and_used(interface: Interface) -> None:
    assert await _asked(interface, 2, login=[LOGIN], headers=BEARER) == [{"done": True}] * 2
    assert interface.paths == ["/session", "/ask/Reset", "/ask/Reset"]


@pytest.mark.asyncio
async def test_a_cookie_is_kept_of_a_host_without_a_name_too(interface: Interface) -> None:
    interface.by_cookie = True
    assert await _asked(interface, 2, login=[LOGIN]) == [{"done": True}] * 2
    assert interface.paths.count("/session") == 1


@pytest.mark.asyncio
async def test_a_session_that_is_over_is_begun_anew_and_no_request_is_lost(
    interface: Interface,
) -> None:
    interface.uses = 1
    assert await _asked(interface, 3, login=[LOGIN], headers=BEARER) == [{"done": True}] * 3
    assert interface.paths.count("/session") == 3


@pytest.mark.asyncio
async def test_who_is_refused_after_a_login_is_told_so_and_tries_no_more(
    interface: Interface,
) -> None:
    interface.uses = 0
    with pytest.raises(OperatorFailed, match=r"HTTP 401: .*who are you"):
        await _asked(interface, 1, login=[LOGIN], headers=BEARER)
    assert interface.paths.count("/session") == 2


@pytest.mark.asyncio
async def test_two_requests_at_once_log_in_once(interface: Interface) -> None:
    client = operator(
        "http", base_url=interface.base, actions=ACTIONS, login=[LOGIN], headers=BEARER
    )
    await client.start()
    both = [client.perform("ask", message="Reset", payload={}) for _ in range(2)]
    assert await asyncio.gather(*both) == [{"done": True}] * 2
    await client.close()
    assert interface.paths.count("/session") == 1


@pytest.mark.asyncio
async def test_a_login_of_several_steps(interface: Interface) -> None:
    second = {"url": "/session", "json": {**USER, "csrf": "{reply.json.csrf}"}}
    steps = [{"method": "GET", "url": "/form"}, second]
    assert await _asked(interface, 1, login=steps, headers=BEARER) == [{"done": True}]
    assert interface.paths == ["/form", "/session", "/ask/Reset"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("login", "said"),
    [
        ({**LOGIN, "json": {"password": "x"}}, "login: HTTP 403: .*wrong password"),
        ({**LOGIN, "expect": {"json": {"/ok": True}}}, "login: it is answered otherwise"),
        ({**LOGIN, "json": {"password": "{password}"}}, r"login: .*needs \{password\}"),
    ],
)
async def test_a_login_that_fails(interface: Interface, login: dict[str, Any], said: str) -> None:
    with pytest.raises(OperatorFailed, match=said) as caught:
        await _asked(interface, 1, login=[login], headers=BEARER)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ({"url": "/x"}, "operator.settings.login"),
        ([{"urll": "/x"}], "operator.settings.login.0.urll"),
    ],
)
def test_a_login_that_is_none_is_told_with_its_place(login: Any, path: str) -> None:
    with pytest.raises(OperatorSettingsError) as caught:
        operator("http", base_url="http://h", actions=ACTIONS, login=login)
    assert caught.value.path == path
