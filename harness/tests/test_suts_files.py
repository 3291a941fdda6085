"""The descriptions that come with the harness, and the pure parts of their operators."""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from harness.operators import OperatorFailed, Unsupported, make
from harness.operators.probe import NONSENSE
from harness.sut.file import load
from harness.sut.model import Sut
from harness.suts.citrineos import CitrineOs, not_sent, without_null
from harness.suts.sap import SapSimulator
from harness.suts.shiv3 import Shiv3, result_in

FOLDER = Path(str(resources.files("harness").joinpath("suts")))
PASSWORDS = (
    "SAP_STATION_PASSWORD",
    "SHIV3_STATION_PASSWORD",
    "MICRO_OCPP_STATION_PASSWORD",
    "CITRINEOS_STATION_PASSWORD",
    "STATION_PASSWORD",
    "CSMS_STATION_PASSWORD",
    "CSMS_API_TOKEN",
)
ENVIRONMENT = {
    **dict.fromkeys(PASSWORDS, "a-password-of-the-right-length"),
    "CITRINEOS_CA_FILE": str(FOLDER / "citrineos.yaml"),  # any file: nothing connects here
}
DESCRIPTIONS = sorted(path.name for path in FOLDER.glob("*.yaml"))
REAL = [name for name in DESCRIPTIONS if not name.startswith(("embedded_", "example_"))]


def described(name: str) -> Sut:
    return load(FOLDER / name, ENVIRONMENT)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_that_comes_with_the_harness_loads(name: str) -> None:
    assert described(name).name


@pytest.mark.asyncio
@pytest.mark.parametrize("name", REAL)
async def test_the_operator_of_a_real_system_refuses_nonsense(name: str) -> None:
    sut = described(name)
    operator = make(sut.operator, sut)
    await operator.start()
    try:
        with pytest.raises(Unsupported):
            await operator.perform(NONSENSE)
    finally:
        await operator.close()


#: Whose interface can have several stations.
NAMED = [name for name in REAL if "identity" in described(name).operator.settings]


@pytest.mark.parametrize("name", NAMED)
def test_the_operator_moves_the_station_that_is_described(name: str) -> None:
    sut = described(name)
    assert sut.operator.settings["identity"] == sut.identity


@pytest.mark.asyncio
@pytest.mark.parametrize("hand", ["drive_in", "unplug_ev"])
async def test_what_the_simulator_does_not_model_is_unsupported(hand: str) -> None:
    with pytest.raises(Unsupported):
        await SapSimulator("S", "ws://127.0.0.1:1").perform(hand, evse=1)


@pytest.mark.asyncio
async def test_a_message_that_citrineos_cannot_send_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="NotifyReport"):
        await CitrineOs("S", "http://127.0.0.1:1").perform(
            "ask", message="NotifyReport", payload={}
        )


@pytest.mark.asyncio
async def test_a_report_of_citrineos_cannot_be_looked_at_without_its_database() -> None:
    with pytest.raises(Unsupported, match="psql"):
        await CitrineOs("S", "http://127.0.0.1:1").perform("look", what="report", request_id=1)


@pytest.mark.asyncio
async def test_the_network_profile_of_citrineos_cannot_be_arranged_without_its_database() -> None:
    with pytest.raises(Unsupported, match="psql"):
        await CitrineOs("S", "http://127.0.0.1:1").perform(
            "arrange", what="security_profile", profile=2
        )


@pytest.mark.asyncio
async def test_a_security_profile_that_citrineos_has_no_server_for_is_not_arranged() -> None:
    prints_nothing = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    citrineos = CitrineOs("S", "http://127.0.0.1:1", psql=prints_nothing)
    with pytest.raises(OperatorFailed, match="no server for security profile 2"):
        await citrineos.perform("arrange", what="security_profile", profile=2)


# -- what the answers of CitrineOS mean


def test_a_message_was_sent_if_every_sending_succeeded() -> None:
    assert not_sent([{"success": True}, {"success": True}]) == ""


def test_a_message_to_a_station_that_is_not_connected_was_not_sent() -> None:
    assert "No connection" in not_sent(
        [{"success": True}, {"success": False, "payload": "No connection"}]
    )


@pytest.mark.parametrize("answer", [None, [], {"error": "x"}, "ok"])
def test_an_answer_that_says_nothing_of_a_sending_is_no_success(answer: object) -> None:
    assert not_sent(answer)


def test_fields_without_value_are_left_out() -> None:
    held = {"component": {"name": "EVSE", "instance": None, "evse": {"id": 1, "connectorId": None}}}
    assert without_null([held]) == [{"component": {"name": "EVSE", "evse": {"id": 1}}}]


# -- what a driver's act means at shiv3's simulator


class Simulator(Shiv3):
    """Notes what it is told to do; ``runs`` is the idToken of its transaction."""

    def __init__(self) -> None:
        super().__init__("S", "http://127.0.0.1:1")
        self.told: list[tuple[Any, ...]] = []
        self.runs = ""
        self.accepts = True

    async def _call(self, method: str, **params: Any) -> Any:
        if method == "status":
            return {"connectors": [{"id": 1, "transactionTagId": self.runs or None}]}
        if method == "start_transaction" and self.accepts:
            self.runs = params["tagId"]
        if method == "stop_transaction":
            self.runs = ""
        self.told.append((method, params.get("status") or params.get("tagId") or ""))
        return None


async def presents(simulator: Simulator, id_token: str) -> None:
    await simulator.perform("present_token", id_token=id_token, type="ISO14443", evse=1)


@pytest.mark.asyncio
async def test_a_token_starts_and_stops_and_the_connector_follows_the_cable() -> None:
    simulator = Simulator()
    await simulator.perform("plug_in", evse=1, connector=1)
    await presents(simulator, "AABBCCDD")
    await presents(simulator, "aabbccdd")
    await simulator.perform("unplug", evse=1, connector=1)
    assert simulator.told == [
        ("update_connector_status", "Preparing"),
        ("start_transaction", "AABBCCDD"),
        ("update_connector_status", "Charging"),
        ("stop_transaction", ""),
        ("update_connector_status", "Finishing"),
        ("update_connector_status", "Available"),
    ]


@pytest.mark.asyncio
async def test_a_token_first_lets_energy_flow_once_the_cable_is_in() -> None:
    simulator = Simulator()
    await presents(simulator, "AABBCCDD")
    await simulator.perform("plug_in", evse=1, connector=1)
    assert simulator.told == [
        ("start_transaction", "AABBCCDD"),
        ("update_connector_status", "Charging"),
    ]


@pytest.mark.asyncio
async def test_a_refused_token_lets_no_energy_flow_and_another_one_stops_nothing() -> None:
    simulator = Simulator()
    await simulator.perform("plug_in", evse=1, connector=1)
    simulator.accepts = False
    await presents(simulator, "AABBCCDD")
    assert ("update_connector_status", "Charging") not in simulator.told
    simulator.runs = "AABBCCDD"
    await presents(simulator, "AABBCCEE")
    assert simulator.told[-1] == ("authorize", "AABBCCEE")


@pytest.mark.asyncio
async def test_a_type_of_token_that_the_simulator_cannot_send_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="Central"):
        await Simulator().perform("present_token", id_token="X", type="Central", evse=1)


def mcp(said: str, **more: bool) -> str:
    return json.dumps({"result": {"content": [{"type": "text", "text": said}], **more}})


@pytest.mark.parametrize(
    "text", [mcp('{"id": 1}'), "event: message\ndata: " + mcp('{"id": 1}') + "\n\n"]
)
def test_an_answer_of_the_endpoint_is_read_as_json_or_as_an_event(text: str) -> None:
    assert result_in(text) == {"id": 1}


@pytest.mark.parametrize("text", [mcp("not_found: no", isError=True), "", "{}", "data: [1]\n"])
def test_an_answer_that_says_nothing_of_success_is_a_failure(text: str) -> None:
    with pytest.raises(OperatorFailed):
        result_in(text)


@pytest.mark.asyncio
async def test_each_remote_start_in_citrineos_has_an_id_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict[str, Any]] = []

    async def request(*arguments: Any) -> Any:
        sent.append(arguments[-1])
        return [{"success": True}]

    operator = CitrineOs("CS001", "http://127.0.0.1:1")
    monkeypatch.setattr(operator, "_request", request)
    for _ in range(2):
        await operator.perform("ask", message="RequestStartTransaction", payload={"evseId": 1})
    assert sent[0]["evseId"] == 1
    assert sent[0]["remoteStartId"] != sent[1]["remoteStartId"]
