"""What the fake station answers to a CSMS when a case has nothing else in mind."""

from __future__ import annotations

from harness.ocppj.frames import Payload
from harness.ocppj.payloads import objects
from harness.peers.answering import Reply
from harness.peers.simulated import SimulatedTransaction
from harness.peers.station_model import StationModel
from harness.peers.station_reports import StationReports
from harness.spec.edition import Edition

#: To more elements than ItemsPerMessage (B05.FR.16, B06.FR.16, B08.FR.17).
_TOO_MANY = Reply(code="OccurrenceConstraintViolation")


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
            if model.too_many(action, len(payload["getVariableData"])):
                return _TOO_MANY
            return Reply(model.get_variables(payload))
        case "SetVariables":
            if model.too_many(action, len(payload["setVariableData"])):
                return _TOO_MANY
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
    wanted = objects(payload, "componentVariable")
    if model.too_many("GetReport", len(wanted)):
        return _TOO_MANY
    data = model.selected(payload.get("componentCriteria", []), wanted)
    if not data:
        return Reply({"status": "EmptyResultSet"})
    return reports.accept(payload["requestId"], data)
