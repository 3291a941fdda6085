"""What a CSMS asks of a station: filled in, within the station's limits, and learned from."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator

from harness.reference.csms.access import Access
from harness.reference.csms.config import CsmsConfig
from harness.reference.csms.schemas import mistake, schema, with_extras
from harness.reference.csms.stations import Report, Station
from harness.reference.csms.variables import key_of
from harness.reference.rpc import CallError, Disconnected, Payload

log = logging.getLogger(__name__)

#: Requests with a list that the station may limit: list, its limits' component, list in the answer.
LISTS = {
    "GetVariables": ("getVariableData", "DeviceDataCtrlr", "getVariableResult"),
    "SetVariables": ("setVariableData", "DeviceDataCtrlr", "setVariableResult"),
    "GetReport": ("componentVariable", "DeviceDataCtrlr", ""),
    "SetVariableMonitoring": ("setMonitoringData", "MonitoringCtrlr", "setMonitoringResult"),
    "ClearVariableMonitoring": ("id", "MonitoringCtrlr", "clearMonitoringResult"),
}
#: Room for everything in a frame that is not payload: type, message id, action, punctuation.
FRAME_OVERHEAD = 100
#: Numbers that a CSMS chooses by itself where nobody dictated them.
OWN_NUMBERS = ("requestId", "remoteStartId")
#: MessageTriggerEnumType values that bring about a request with another name.
TRIGGERED = {
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
}
#: One trigger may bring about several of these.
MANY = ("MeterValues", "TransactionEvent")


class NotPossible(Exception):
    """The CSMS cannot, or must not, send this now; the message says why."""


class Requests:
    """Sends requests; every method may be replaced on the instance."""

    def __init__(self, config: CsmsConfig, access: Access) -> None:
        self._config = config
        self._access = access

    async def ask(self, station: Station, action: str, payload: Payload) -> Payload:
        """Send a request, in several messages where the station's limits want it.

        The answer to several messages has the lists of all their answers in one.

        Raises:
            NotPossible: not connected, not allowed now, or no valid request of this OCPP.
            CallError, TimeoutError, Disconnected: as ``Rpc.call``.
        """
        self.check_allowed(station, action)
        edition = self._config.edition
        if action not in edition.actions:
            raise NotPossible(f"{edition.name} has no {action}Request")
        answers: list[Payload] = []
        for part in self.split(station, action, payload):
            answers.append(await self.send(station, action, self.fill(station, action, part)))
        return merged(action, answers)

    def check_allowed(self, station: Station, action: str) -> None:
        """Refuse what a CSMS must not initiate before acceptance (B02.FR.05, B03.FR.03)."""
        if station.registration == "Rejected":
            raise NotPossible(f"{station.identity} is Rejected: nothing may be sent (B03.FR.03)")
        transactional = ("RequestStartTransaction", "RequestStopTransaction")
        if station.registration == "Pending" and action in transactional:
            raise NotPossible(f"{station.identity} is Pending: no {action} (B02.FR.05)")

    def fill(self, station: Station, action: str, payload: Payload) -> Payload:
        """The payload with the numbers that a CSMS chooses by itself."""
        required = schema(self._config.edition, action, "Request").get("required", [])
        missing = [n for n in OWN_NUMBERS if n in required and n not in payload]
        return {**payload, **{name: next(station.numbers) for name in missing}}

    async def send(self, station: Station, action: str, payload: Payload) -> Payload:
        """One message and its answer."""
        edition = self._config.edition
        if self._config.extra_fields:
            payload = with_extras(edition, action, "Request", payload)
        wrong = mistake(edition, action, "Request", payload)
        if wrong is not None:
            raise NotPossible(f"not a valid {action}Request: {wrong[1]}")
        if station.rpc is None:
            raise NotPossible(f"{station.identity} is not connected")
        self.expect(station, action, payload)
        answer = await station.rpc.call(action, payload, self._config.call_timeout)
        wrong = mistake(edition, action, "Response", answer)
        if wrong is not None:
            raise NotPossible(f"the station's {action}Response is not valid: {wrong[1]}")
        self.learn(station, action, payload, answer)
        return answer

    # Limits of the station

    def split(self, station: Station, action: str, payload: Payload) -> Iterator[Payload]:
        """The request in as many parts as needed (B05.FR.11, B05.FR.13, B06.FR.05, B08)."""
        name, component, _ = LISTS.get(action, ("", "", ""))
        rest: list[Payload] = list(payload.get(name, []))
        if not rest:
            yield payload
            return
        first = True
        while rest:
            base = payload if first or "requestId" not in payload else without_id(payload)
            size = self.fitting(station, action, component, base, name, rest)
            yield {**base, name: rest[:size]}
            rest, first = rest[size:], False

    def fitting(
        self,
        station: Station,
        action: str,
        component: str,
        base: Payload,
        name: str,
        rest: list[Payload],
    ) -> int:
        """How many elements of ``rest`` the next message may have, at least one."""
        items = self.limit(station, component, "ItemsPerMessage", action)
        octets = self.limit(station, component, "BytesPerMessage", action)
        size = int(min(len(rest), items))
        if action == "SetVariables":
            size = min(size, distinct(rest))
        while size > 1 and len(json.dumps({**base, name: rest[:size]})) + FRAME_OVERHEAD > octets:
            size -= 1
        return max(size, 1)

    def limit(self, station: Station, component: str, variable: str, action: str) -> float:
        """A limit that the station has told, infinite if it has not."""
        told = station.variables.number(component, variable, action)
        return told if told is not None else math.inf

    # What a request changes in what the CSMS knows

    def expect(self, station: Station, action: str, payload: Payload) -> None:
        """Before sending: open the report, and grant what is triggered (B02.FR.02)."""
        if action in ("GetBaseReport", "GetReport"):
            station.reports[payload["requestId"]] = Report()
        if action == "TriggerMessage":
            wanted = triggered_action(payload)
            more = math.inf if wanted in MANY else 1
            station.granted[wanted] = station.granted.get(wanted, 0) + more

    def learn(self, station: Station, action: str, payload: Payload, answer: Payload) -> None:
        """After the answer: remember what it says."""
        if action == "GetVariables":
            self.learn_values(station, answer)
        elif action == "SetVariables":
            self.learn_settings(station, payload, answer)
        elif action == "SetNetworkProfile":
            station.network_profiles[payload["configurationSlot"]] = {
                "status": answer["status"],
                "profile": payload["connectionData"],
            }
        elif action in ("GetBaseReport", "GetReport") and answer["status"] != "Accepted":
            station.reports.pop(payload["requestId"], None)
        elif action == "TriggerMessage" and answer["status"] != "Accepted":
            station.granted.pop(triggered_action(payload), None)

    def learn_values(self, station: Station, answer: Payload) -> None:
        """Remember what the station read out (B06)."""
        for result in answer["getVariableResult"]:
            if result["attributeStatus"] == "Accepted":
                key = key_of(result["component"], result["variable"])
                attribute = result.get("attributeType", "Actual")
                station.variables.store(key, attribute, result.get("attributeValue", ""))

    def learn_settings(self, station: Station, payload: Payload, answer: Payload) -> None:
        """Remember what the station took over (B05), each result by its address."""
        asked = {
            (key_of(d["component"], d["variable"]), d.get("attributeType", "Actual")): d
            for d in payload["setVariableData"]
        }
        for result in answer["setVariableResult"]:
            key = key_of(result["component"], result["variable"])
            attribute = result.get("attributeType", "Actual")
            data = asked.get((key, attribute))
            if data is None:
                continue
            if key.variable == "basicauthpassword":
                self.learn_password(station, data["attributeValue"], result["attributeStatus"])
            elif result["attributeStatus"] in ("Accepted", "RebootRequired"):
                station.variables.store(key, attribute, data["attributeValue"])
                if key.variable == "networkconfigurationpriority":
                    self.learn_priority(station, data["attributeValue"])

    def learn_priority(self, station: Station, priority: str) -> None:
        """A station that was given a more secure network profile may move up to it (A05)."""
        slots = [int(slot) for slot in priority.split(",") if slot.strip().isdecimal()]
        known = (station.network_profiles.get(slot) for slot in slots)
        profiles = [
            int(held["profile"]["securityProfile"])
            for held in known
            if held is not None and held["status"] == "Accepted"
        ]
        higher = [profile for profile in profiles if profile > station.security_profile]
        station.upgrade = min(higher, default=station.upgrade)

    def learn_password(self, station: Station, password: str, status: str) -> None:
        """Only Accepted makes the new password valid, and then only that (A01.FR.03, .04)."""
        if status == "Accepted":
            self._access.credentials.set(station.identity, password)

    # What a CSMS sends on its own

    async def after_boot(self, station: Station, *, trigger: bool) -> None:
        """Requests that follow an answered BootNotification."""
        if trigger and station.registration == "Pending":
            await self.quietly(station, "TriggerMessage", {"requestedMessage": "BootNotification"})
        if self._config.inventory_after_boot and station.registration == "Accepted":
            await self.quietly(station, "GetBaseReport", {"reportBase": "FullInventory"})
            await self.quietly(station, "SetVariables", self.own_settings())

    def own_settings(self) -> Payload:
        """A SetVariablesRequest that any operator might have configured."""
        setting = {
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": "HeartbeatInterval"},
            "attributeValue": str(self._config.heartbeat_interval),
        }
        return {"setVariableData": [setting]}

    async def after_csr(self, station: Station) -> None:
        """Send the certificates for the station's CSRs (A02, A03)."""
        while station.signed:
            await self.quietly(station, "CertificateSigned", station.signed.popleft())

    async def quietly(self, station: Station, action: str, payload: Payload) -> None:
        """A request of the CSMS's own accord: if it fails, that is only logged."""
        try:
            await self.ask(station, action, payload)
        except (CallError, Disconnected, NotPossible, TimeoutError) as error:
            log.info("%s to %s: %s", action, station.identity, error)


def triggered_action(payload: Payload) -> str:
    """The request that a TriggerMessageRequest brings about."""
    wanted: str = payload["requestedMessage"]
    return TRIGGERED.get(wanted, wanted)


def without_id(payload: Payload) -> Payload:
    """A payload to be given a requestId of its own."""
    return {name: value for name, value in payload.items() if name != "requestId"}


def distinct(settings: list[Payload]) -> int:
    """How many settings from the start on address different attributes (B05.FR.13)."""
    seen: set[object] = set()
    for setting in settings:
        address = (
            key_of(setting["component"], setting["variable"]),
            setting.get("attributeType", "Actual"),
        )
        if address in seen:
            break
        seen.add(address)
    return len(seen)


def merged(action: str, answers: list[Payload]) -> Payload:
    """The answers as one: the first, with the results of all."""
    results = LISTS.get(action, ("", "", ""))[2]
    if not results:
        return answers[0]
    return {**answers[0], results: [item for answer in answers for item in answer[results]]}
