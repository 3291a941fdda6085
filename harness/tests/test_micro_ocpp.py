"""What the description of MicroOCPP's simulator asks its HTTP interface for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from harness.operators import Operator, OperatorFailed, Unsupported, make
from harness.sut.file import load
from harness.tests.operator_tools import served

DESCRIPTION = Path(str(resources.files("harness").joinpath("suts", "micro_ocpp.yaml")))
CONTACTS = "/api/connector/2/evse"
CARD = {"id_token": "AABBCCDD", "type": "ISO14443", "evse": 2}

Asked = list[tuple[str, str, Any]]


@pytest_asyncio.fixture(loop_scope="function")
async def simulator() -> AsyncIterator[tuple[Operator, Asked]]:
    asked: Asked = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else dict(request.query)
        asked.append((request.method, request.path, body))
        return web.json_response({}, status=400 if "99" in str(body) else 200)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    sut = load(DESCRIPTION, {"MICRO_OCPP_STATION_PASSWORD": "a-password-of-the-right-length"})
    async with served(app) as base:
        spec = replace(sut.operator, settings={**sut.operator.settings, "base_url": base})
        operator = make(spec, sut)
        await operator.start()
        yield operator, asked
        await operator.close()


def _contacts(*, closed: bool) -> dict[str, bool]:
    return dict.fromkeys(("evPlugged", "evsePlugged", "evReady", "evseReady"), closed)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("action", "parameters", "path", "body"),
    [
        ("plug_in", {"evse": 2, "connector": 1}, CONTACTS, _contacts(closed=True)),
        ("unplug", {"evse": 2, "connector": 1}, CONTACTS, _contacts(closed=False)),
        ("ev_suspend", {"evse": 2}, CONTACTS, {"evReady": False}),
        ("ev_ready", {"evse": 2}, CONTACTS, {"evReady": True}),
        (
            *("present_token", CARD, "/api/authorize"),
            {"id": "AABBCCDD", "type": "ISO14443", "evse_id": "2"},
        ),
    ],
)
async def test_an_act_is_one_request(
    simulator: tuple[Operator, Asked], action: str, parameters: Any, path: str, body: Any
) -> None:
    operator, asked = simulator
    await operator.perform(action, **parameters)
    assert asked == [("POST", path, body)]


@pytest.mark.asyncio
async def test_what_it_refuses_was_not_done(simulator: tuple[Operator, Asked]) -> None:
    with pytest.raises(OperatorFailed, match="400"):
        await simulator[0].perform("present_token", **{**CARD, "id_token": "99"})


@pytest.mark.asyncio
@pytest.mark.parametrize("hand", ["unplug_ev", "drive_in", "select"])
async def test_what_it_has_no_part_for_is_unsupported(
    simulator: tuple[Operator, Asked], hand: str
) -> None:
    with pytest.raises(Unsupported):
        await simulator[0].perform(hand, evse=2, connector=1)
    assert simulator[1] == []
