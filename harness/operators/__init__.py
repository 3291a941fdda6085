"""Operators: the ways in which a system under test is moved and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.command import CommandOperator
from harness.operators.hands import Buttons, Hands
from harness.operators.http import HttpOperator
from harness.operators.nobody import NoOperator
from harness.operators.probe import UntrustworthyError, probe
from harness.operators.prompt import PromptOperator
from harness.operators.python import PythonOperator
from harness.operators.settings import OperatorSettingsError
from harness.operators.websocket import WebSocketOperator
from harness.sut.model import OPERATOR_KINDS, OperatorSpec, Sut

__all__ = [
    "MAKERS",
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


#: How each of ``OPERATOR_KINDS`` is made from its settings, but "embedded", which is given.
MAKERS: Mapping[str, Callable[[Sut, Mapping[str, Any]], Operator]] = {
    "prompt": PromptOperator,
    "http": HttpOperator,
    "websocket": WebSocketOperator,
    "command": CommandOperator,
    "python": PythonOperator,
    "none": NoOperator,
}


def make(spec: OperatorSpec, sut: Sut, embedded: Operator | None = None) -> Operator:
    """The operator that ``spec`` describes, not started yet; nothing is opened.

    ``embedded`` is the ready operator of kind "embedded".

    Raises:
        OperatorSettingsError: there is no such kind, or its settings are wrong.
    """
    if spec.kind == "embedded":
        if embedded is None:
            raise OperatorSettingsError("operator.kind embedded is only for the embedded systems")
        return embedded
    if spec.kind not in MAKERS:
        known = ", ".join(OPERATOR_KINDS)
        raise OperatorSettingsError(f"operator.kind {spec.kind!r} is none of {known}")
    return MAKERS[spec.kind](sut, spec.settings)
