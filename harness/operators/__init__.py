"""Operators: the ways in which a system under test is moved and looked at."""

from __future__ import annotations

from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.command import CommandOperator
from harness.operators.hands import Buttons, Hands
from harness.operators.http import HttpOperator
from harness.operators.probe import UntrustworthyError, probe
from harness.operators.prompt import PromptOperator
from harness.operators.python import PythonOperator
from harness.operators.settings import OperatorSettingsError
from harness.operators.websocket import WebSocketOperator
from harness.sut.model import OperatorSpec, Sut

__all__ = [
    "Buttons",
    "Hands",
    "Operator",
    "OperatorFailed",
    "OperatorSettingsError",
    "Unsupported",
    "UntrustworthyError",
    "make",
    "probe",
]


def make(spec: OperatorSpec, sut: Sut, embedded: Operator | None = None) -> Operator:
    """The operator that ``spec`` describes, not started yet; nothing is opened.

    ``embedded`` is the ready operator of kind "embedded".

    Raises:
        OperatorSettingsError: there is no such kind, or its settings are wrong.
    """
    match spec.kind:
        case "prompt":
            return PromptOperator(sut, spec.settings)
        case "http":
            return HttpOperator(sut, spec.settings)
        case "websocket":
            return WebSocketOperator(sut, spec.settings)
        case "command":
            return CommandOperator(sut, spec.settings)
        case "python":
            return PythonOperator(spec.settings)
        case "embedded" if embedded is not None:
            return embedded
        case "embedded":
            raise OperatorSettingsError("operator.kind embedded is only for the embedded systems")
        case _:
            known = "prompt, http, websocket, command, python, embedded"
            raise OperatorSettingsError(f"operator.kind {spec.kind!r} is none of {known}")
