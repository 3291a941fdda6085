"""Four of them, each with words of its own; what they cannot say in them is no case's business."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from websockets.asyncio.server import ServerConnection, serve

from harness.operators import Operator, OperatorFailed, Unsupported

Object = dict[str, Any]


class Behind:
    """What an interface stands in front of; the interface is up before the system is."""

    operator: Operator

    async def do(self, action: str, /, **parameters: Any) -> Any:
        return await self.operator.perform(action, **parameters)


@asynccontextmanager
async def _up(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# -- an endpoint for each message

_PAYLOADS = {"now": "Immediate", "when idle": "OnIdle"}
_BOOT = {"accept": "Accepted", "hold": "Pending", "refuse": "Rejected"}
_LEVELS = ["none", "basic", "tls", "mutual"]
_STATES = {each.lower(): each for each in ("Accepted", "Blocked", "Expired", "Invalid", "Unknown")}


class Endpoints:
    """REST: a path for each thing, 404 for nothing."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        self.messages: dict[str, str] = {}

    def routes(self, messages: tuple[str, ...]) -> web.Application:
        self.messages = {each.lower(): each for each in messages}
        app = web.Application()
        station = "/api/stations/{id}"
        app.add_routes(
            [
                web.post(f"{station}/reset", self.reset),
                web.post(f"{station}/evses/{{evse}}/connectors/{{connector}}/unlock", self.unlock),
                web.put(f"{station}/availability", self.availability),
                web.put(f"{station}/evses/{{evse}}/availability", self.availability),
                web.post(f"{station}/onboarding/{{how}}", self.onboarding),
                web.put(f"{station}/security", self.security),
                web.put(f"{station}/password", self.password),
                web.get(f"{station}/variables/{{component}}/{{variable}}", self.variable),
                web.get(f"{station}/reports/{{number}}", self.report),
                web.post(f"{station}/{{message}}", self.message),
                web.put(station, self.provision),
                web.delete(station, self.forget),
                web.put("/api/tokens/{type}/{id}", self.token),
            ]
        )
        return app

    async def message(self, request: web.Request) -> web.Response:
        name = self.messages.get(request.match_info["message"])
        if name is None:
            return web.Response(status=501, text="no such message")
        return await self.sent(name, (await request.json())["request"])

    async def sent(self, message: str, payload: Object) -> web.Response:
        await self.behind.do("ask", message=message, payload=payload)
        return web.json_response({"accepted": True})

    async def reset(self, request: web.Request) -> web.Response:
        body = await request.json()
        of = {"evseId": body["evse"]} if "evse" in body else {}
        return await self.sent("Reset", {"type": _PAYLOADS[body["mode"]], **of})

    async def unlock(self, request: web.Request) -> web.Response:
        place = request.match_info
        payload = {"evseId": int(place["evse"]), "connectorId": int(place["connector"])}
        return await self.sent("UnlockConnector", payload)

    async def availability(self, request: web.Request) -> web.Response:
        body, place = await request.json(), request.match_info
        evse: Object = {"id": int(place["evse"])} if "evse" in place else {}
        if "connector" in body:
            evse["connectorId"] = body["connector"]
        of = {"evse": evse} if evse else {}
        return await self.sent("ChangeAvailability", {"operationalStatus": body["to"], **of})

    async def onboarding(self, request: web.Request) -> web.Response:
        status = _BOOT[request.match_info["how"]]
        await self.behind.do("arrange", what="boot_status", status=status)
        return web.Response(status=204)

    async def security(self, request: web.Request) -> web.Response:
        profile = _LEVELS.index((await request.json())["level"])
        await self.behind.do("arrange", what="security_profile", profile=profile)
        return web.Response(status=204)

    async def password(self, request: web.Request) -> web.Response:
        await self.behind.do("arrange", what="password", password=await request.json())
        return web.Response(status=204)

    async def provision(self, request: web.Request) -> web.Response:
        body = await request.json()
        names = {"password": "password", "serial_number": "serial"}
        facts = {name: body[key] for name, key in names.items() if key in body}
        other = request.match_info["id"]
        await self.behind.do("arrange", what="other_station", other=other, known=True, **facts)
        return web.Response(status=201)

    async def forget(self, request: web.Request) -> web.Response:
        other = request.match_info["id"]
        await self.behind.do("arrange", what="other_station", other=other, known=False)
        return web.Response(status=204)

    async def token(self, request: web.Request) -> web.Response:
        body, place = await request.json(), request.match_info
        of = {"group": body["family"]} if "family" in body else {}
        told = {"id_token": place["id"], "type": place["type"], "status": _STATES[body["state"]]}
        await self.behind.do("arrange", what="token", **told, **of)
        return web.Response(status=204)

    async def variable(self, request: web.Request) -> web.Response:
        names = {key: request.match_info[key] for key in ("component", "variable")}
        value = await self.behind.do("look", what="variable", **names, **request.query)
        return _or_nothing(value if value is None else {"value": value})

    async def report(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        report = await self.behind.do("look", what="report", request_id=number)
        return _or_nothing(report if report is None else {"rows": report["data"]})


def _or_nothing(body: Object | None) -> web.Response:
    return web.Response(status=404) if body is None else web.json_response(body)


# -- one endpoint with a flat body


async def commanded(behind: Behind, body: Object) -> Object:
    """What a command of a flat body comes to."""
    verb, _, name = body.pop("command").partition(" ")
    del body["station"]
    body.pop("what", None)
    try:
        if verb == "send":
            assert body.pop("at").endswith("Z")
            await behind.do("ask", message=name, payload=body)
            return {}
        action = {"set": "arrange", "show": "look"}[verb]
        value = await behind.do(action, what=name, **body)
        return {"done": True} if verb == "set" else {"value": value}
    except (Unsupported, KeyError):
        return {"error": "unknown command"}
    except OperatorFailed as error:
        return {"error": str(error)}


def flat(behind: Behind) -> web.Application:
    async def command(request: web.Request) -> web.Response:
        return web.json_response(await commanded(behind, await request.json()))

    app = web.Application()
    app.add_routes([web.post("/command", command)])
    return app


# -- a queue that answers 202


class Queue:
    """Jobs that are done a while after they were taken."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        self.jobs: dict[str, Object] = {}
        self.keys: set[str] = set()
        self.working: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)

    def routes(self) -> web.Application:
        app = flat(self.behind)
        app.add_routes(
            [
                web.post("/v2/jobs", self.take),
                web.get("/v2/jobs/{number}", self.state),
                web.get("/v2/outcomes/{number}", self.outcome),
            ]
        )
        return app

    async def take(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get("Idempotency-Key", ""))
        number = str(next(self._numbers))
        self.jobs[number] = {"state": "queued", "number": number}
        task = asyncio.create_task(self._work(number, await request.json()))
        self.working.add(task)
        task.add_done_callback(self.working.discard)
        headers = {"Location": f"/v2/jobs/{number}"}
        return web.json_response(self.jobs[number], status=202, headers=headers)

    async def _work(self, number: str, body: Object) -> None:
        await asyncio.sleep(0.3)
        job, name, arguments = self.jobs[number], body["job"], body["arguments"]
        job["state"] = "running"
        try:
            if name == "variable":
                job["outcome"] = await self.behind.do("look", **arguments)
            else:
                await self.behind.do("ask", message=name, payload=arguments)
            job["state"] = "done"
        except Unsupported:
            job.update(state="failed", reason="no such job")
        except OperatorFailed as error:
            job.update(state="failed", reason=str(error))

    async def state(self, request: web.Request) -> web.Response:
        job = self.jobs[request.match_info["number"]]
        return web.json_response({key: job[key] for key in job if key != "outcome"})

    async def outcome(self, request: web.Request) -> web.Response:
        return web.json_response({"outcome": self.jobs[request.match_info["number"]]["outcome"]})


# -- frames of a station


async def _act(behind: Behind, frame: Object) -> Object:
    number, action = frame.pop("seq"), frame.pop("op")
    try:
        return {"of": number, "finished": True, "value": await behind.do(action, **frame)}
    except Unsupported:
        return {"of": number, "finished": True, "error": "not fitted"}
    except OperatorFailed as error:
        return {"of": number, "finished": True, "error": str(error)}


@asynccontextmanager
async def socket(behind: Behind) -> AsyncIterator[str]:
    """Takes an act at once, says so, and tells when it is done."""

    async def talk(connection: ServerConnection) -> None:
        async for text in connection:
            frame = json.loads(text)
            if frame["op"] == "harness-probe-nonsense":
                await connection.send(json.dumps({"seq": frame["seq"], "refused": "unknown"}))
                continue
            await connection.send(json.dumps({"seq": frame["seq"], "taken": True}))
            if frame["op"] != "hello":
                await connection.send(json.dumps({"of": frame["seq"], "finished": False}))
                await connection.send(json.dumps(await _act(behind, frame)))

    async with serve(talk, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


_APPS: dict[str, Callable[[Behind, tuple[str, ...]], web.Application]] = {
    "endpoints": lambda behind, messages: Endpoints(behind).routes(messages),
    "flat": lambda behind, _messages: flat(behind),
    "queue": lambda behind, _messages: Queue(behind).routes(),
}


@asynccontextmanager
async def interface(name: str, behind: Behind, messages: tuple[str, ...]) -> AsyncIterator[str]:
    """The URL of the interface that the description of this name is of."""
    around = socket(behind) if name == "socket" else _up(_APPS[name](behind, messages))
    async with around as url:
        yield url
