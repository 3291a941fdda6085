"""Buttons of CitrineOS 1.8, over its HTTP interface and, where that has no way, in its database.

The HTTP interface can show one variable, but not all of them at once (it fails on variables that no
message has told it of yet), and cannot set which network profile a station has: with psql, where
settings name it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import aiohttp

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.templates import excerpt
from harness.spec.editions import DEFAULT

Object = dict[str, Any]

#: Module of the HTTP interface that sends a message.
_MODULES = {
    "configuration": (
        "ChangeAvailability ClearDisplayMessage DataTransfer GetDisplayMessages PublishFirmware"
        " Reset SetDisplayMessage SetNetworkProfile TriggerMessage UnpublishFirmware UpdateFirmware"
    ),
    "evdriver": (
        "CancelReservation ClearCache GetLocalListVersion RequestStartTransaction"
        " RequestStopTransaction ReserveNow SendLocalList UnlockConnector"
    ),
    "monitoring": (
        "ClearVariableMonitoring GetVariables SetMonitoringBase SetMonitoringLevel"
        " SetVariableMonitoring SetVariables"
    ),
    "reporting": "CustomerInformation GetBaseReport GetLog GetMonitoringReport GetReport",
    "certificates": (
        "CertificateSigned DeleteCertificate GetInstalledCertificateIds InstallCertificate"
    ),
    "transactions": "CostUpdated GetTransactionStatus",
    "smartcharging": (
        "ClearChargingProfile GetChargingProfiles GetCompositeSchedule SetChargingProfile"
    ),
}
_MODULE_OF = {message: module for module, names in _MODULES.items() for message in names.split()}

#: With any other tenant its 1.8.3 fails before it sends this (HTTP 500).
_TENANT_OF = {"SetNetworkProfile": 0}

#: Seconds until a station that is not accepted yet may boot again, as arranged by us.
_RETRY = 5

#: The slot that a station is said to use.
_SLOT = 1

_REPORT = """
select coalesce(json_agg(json_build_object(
  'component', json_build_object('name', c.name, 'instance', c.instance,
    'evse', case when e.id is not null
      then json_build_object('id', e.id, 'connectorId', e."connectorId") end),
  'variable', json_build_object('name', v.name, 'instance', v.instance),
  'variableAttribute', json_build_array(
    json_build_object('type', a.type, 'value', a.value)))), '[]')
from "VariableAttributes" a
join "Components" c on c.id = a."componentId"
join "Variables" v on v.id = a."variableId"
left join "EvseTypes" e on e."databaseId" = a."evseDatabaseId"
where a."stationId" = :'station' and a."generatedAt" >= :'since'
"""

#: What an accepted SetNetworkProfile leaves there: the slot belongs to the server for the profile.
_NETWORK_PROFILE = """
delete from "ChargingStationNetworkProfiles" where "stationId" = :'station';
delete from "SetNetworkProfiles" where "stationId" = :'station';
with server as (
  select id from "ServerNetworkProfiles" where "securityProfile" = :profile order by id limit 1),
made as (
  insert into "SetNetworkProfiles" ("stationId", "correlationId", "configurationSlot",
    "websocketServerConfigId", "securityProfile", "tenantId", "createdAt", "updatedAt")
  select :'station', gen_random_uuid(), :slot, id, :profile, :tenant, now(), now() from server
  returning id, "websocketServerConfigId")
insert into "ChargingStationNetworkProfiles" ("stationId", "configurationSlot",
  "setNetworkProfileId", "websocketServerConfigId", "tenantId", "createdAt", "updatedAt")
select :'station', :slot, id, "websocketServerConfigId", :tenant, now(), now() from made
returning "websocketServerConfigId";
"""


class CitrineOs:
    """The buttons for one station; ``psql`` is that program with its arguments or empty."""

    def __init__(
        self, identity: str, base_url: str, tenant: int = 1, psql: Sequence[str] = ()
    ) -> None:
        self._identity = identity
        self._base = base_url.rstrip("/")
        self._tenant = tenant
        self._psql = list(psql)
        self._session: aiohttp.ClientSession | None = None
        self._report_asked = datetime.now(UTC)
        self._remote_start_ids = itertools.count(int(self._report_asked.timestamp()))

    async def start(self) -> None:
        """Open the client."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        match action, parameters.pop("what", None):
            case "ask", _:
                return await self._ask(parameters["message"], parameters["payload"])
            case "arrange", "boot_status":
                return await self._arrange_boot(parameters["status"])
            case "arrange", "security_profile":
                return await self._arrange_profile(parameters["profile"])
            case "look", "variable":
                return await self._variable(**parameters)
            case "look", "report":
                return {"data": without_null(await self._reported())}
            case _, what:
                raise Unsupported(f"there is no way to {action} {what or ''}".rstrip())

    async def _ask(self, message: str, payload: Object) -> None:
        if message not in _MODULE_OF:
            raise Unsupported(f"its HTTP interface has no {message}")
        if message in ("GetBaseReport", "GetReport"):
            self._report_asked = datetime.now(UTC)
        where = f"/ocpp/{DEFAULT.version}/{_MODULE_OF[message]}/{message[0].lower()}{message[1:]}"
        query = {
            "identifier": self._identity,
            "tenantId": str(_TENANT_OF.get(message, self._tenant)),
        }
        answer = await self._request("POST", where, query, self._completed(message, payload))
        if problem := not_sent(answer):
            raise OperatorFailed(f"{message} was not sent: {problem}")

    def _completed(self, message: str, payload: Object) -> Object:
        """With the id that whoever uses its interface has to choose."""
        if message != "RequestStartTransaction":
            return payload
        return {"remoteStartId": next(self._remote_start_ids), **payload}

    async def _arrange_boot(self, status: str) -> None:
        query = {"tenantId": str(self._tenant), "stationId": self._identity}
        if status == "Accepted":
            await self._onboarded(query)
        body = {
            "status": status,
            "heartbeatInterval": 60,
            "bootRetryInterval": _RETRY,
            # Its way of being Pending: it takes a full inventory, then accepts the station.
            "getBaseReportOnPending": status == "Pending",
        }
        await self._request("PUT", "/data/configuration/boot", query, body)

    async def _onboarded(self, query: Mapping[str, str]) -> None:
        """Let it finish what it does with a Pending station, as whoever presses buttons would."""
        deadline = time.monotonic() + _RETRY
        while time.monotonic() < deadline:
            boot = await self._request("GET", "/data/configuration/boot", query)
            if boot is None or boot.get("status") != "Pending":
                return
            await asyncio.sleep(0.1)

    async def _variable(self, component: str, variable: str, instance: str = "") -> Any:
        query = {
            "stationId": self._identity,
            "tenantId": str(self._tenant),
            "component_name": component,
            "variable_name": variable,
            **({"variable_instance": instance} if instance else {}),
        }
        held = await self._request("GET", "/data/monitoring/variableAttribute", query)
        values = [each.get("value") for each in cast("list[Object]", held or [])]
        return values[0] if values else None

    async def _arrange_profile(self, profile: int) -> None:
        """The station uses one slot, whose network profile has this security profile."""
        query = {"stationId": self._identity, "tenantId": str(self._tenant)}
        priority = {
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": "NetworkConfigurationPriority"},
            "variableAttribute": [{"value": str(_SLOT)}],
        }
        facts = {"profile": str(profile), "slot": str(_SLOT), "tenant": str(self._tenant)}
        if not await self._query(_NETWORK_PROFILE, **facts):
            raise OperatorFailed(f"it has no server for security profile {profile}")
        await self._request("PUT", "/data/monitoring/variableAttribute", query, priority)

    async def _reported(self) -> Any:
        """What was stored since the last report was asked for."""
        return json.loads(await self._query(_REPORT, since=self._report_asked.isoformat()))

    async def _query(self, statements: str, **facts: str) -> str:
        """What psql prints; the statements may use ``station`` and these facts as variables."""
        if not self._psql:
            raise Unsupported("its HTTP interface has no way to do it; settings name no psql")
        argv = [
            *self._psql,
            *("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--single-transaction"),
            *("--variable=ON_ERROR_STOP=1", f"--variable=station={self._identity}"),
            *(f"--variable={name}={value}" for name, value in facts.items()),
        ]
        try:
            psql = await asyncio.create_subprocess_exec(*argv, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        except OSError as error:
            raise OperatorFailed(f"{argv[0]} cannot be started: {error}") from error
        output, errors = await psql.communicate(statements.encode())
        if psql.returncode != 0:
            raise OperatorFailed(f"psql: {excerpt(errors.decode(errors='replace'))}")
        return output.decode().strip()

    async def _request(
        self, method: str, path: str, query: Mapping[str, str], body: Any = None
    ) -> Any:
        if self._session is None:
            raise OperatorFailed("the operator was not started")
        try:
            async with self._session.request(
                method, self._base + path, params=query, json=body
            ) as response:
                text = await response.text()
                if not response.ok:
                    raise OperatorFailed(f"{method} {path}: HTTP {response.status} {excerpt(text)}")
                return json.loads(text) if text else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise OperatorFailed(f"{method} {path}: {type(error).__name__} {error}") from error


def not_sent(answer: Any) -> str:
    """Why a message went to no station, by the answer of the interface; "" if it was sent."""
    sendings = cast("list[Object]", answer) if isinstance(answer, list) else []
    failed = [each.get("payload") for each in sendings if not each.get("success")]
    if not sendings:
        return f"unexpected answer {excerpt(json.dumps(answer))}"
    return "; ".join(str(each) for each in failed)


def without_null(data: Any) -> Any:
    """JSON data without the fields that are null: OCPP leaves such fields out."""
    if isinstance(data, dict):
        fields = cast("Object", data).items()
        return {name: without_null(value) for name, value in fields if value is not None}
    if isinstance(data, list):
        return [without_null(each) for each in cast("list[Any]", data)]
    return data
