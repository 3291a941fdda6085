"""What the fake station answers to a CSMS when a case has nothing else in mind."""

from __future__ import annotations

from harness.ocppj.frames import Payload
from harness.ocppj.payloads import objects
from harness.ocppj.variables import key_of
from harness.peers.answering import Reply
from harness.peers.simulated import SimulatedTransaction
from harness.peers.station_model import StationModel
from harness.peers.station_reports import StationReports
from harness.spec.edition import Edition


def station_answer(
    action: str,
    payload: Payload,
    edition: Edition,
    model: StationModel,
    reports: StationReports,
    transaction: SimulatedTransaction,
) -> Reply:
    """A conforming station's answer that changes as little as possible."""
    match action:
        case "GetVariables":
            return Reply(model.get_variables(payload))
        case "SetVariables":
            return Reply(model.set_variables(payload))
        case "GetBaseReport":
            base = payload["reportBase"]
            return reports.accept(payload["requestId"], model.report(base), base)
        case "GetReport":
            return _custom_report(payload, model, reports)
        case "GetTransactionStatus":
            return Reply(transaction.status(payload))
        case _ if action in edition.station_answers:
            return Reply(dict(edition.station_answers[action]))
        case _:
            return Reply(code="NotSupported")


def _custom_report(payload: Payload, model: StationModel, reports: StationReports) -> Reply:
    data = [
        item
        for entry in objects(payload, "componentVariable")
        if "variable" in entry
        for item in model.report_of(key_of(entry))
    ]
    if "Problem" in payload.get("componentCriteria", []) or not data:
        return Reply({"status": "EmptyResultSet"})
    return reports.accept(payload["requestId"], data)
