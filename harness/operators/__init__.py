"""Operators: the ways in which a system under test is moved and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.live.feed import Feed
from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.command import CommandOperator
from harness.operators.fallback import Fallback
from harness.operators.hands import Buttons, Hands
from harness.operators.http import HttpOperator
from harness.operators.nobody import NoOperator
from harness.operators.probe import UntrustworthyError, probe
from harness.operators.prompt import PromptOperator
from harness.operators.python import PythonOperator
from harness.operators.web import WebOperator
from harness.operators.websocket import WebSocketOperator
from harness.sut.model import OPERATOR_KINDS, OperatorSpec, Sut
from harness.sut.operator_settings import OperatorSettingsError

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


_KIND = "operator.kind"

#: How each of ``OPERATOR_KINDS`` is made from its settings, but "embedded", which is given.
MAKERS: Mapping[str, Callable[[Sut, Mapping[str, Any]], Operator]] = {
    "prompt": PromptOperator,
    "http": HttpOperator,
    "websocket": WebSocketOperator,
    "command": CommandOperator,
    "python": PythonOperator,
    "none": NoOperator,
    "web": WebOperator,
}


def make(
    spec: OperatorSpec, sut: Sut, embedded: Operator | None = None, live: Feed | None = None
) -> Operator:
    """The operator that ``spec`` describes, not started yet; nothing is opened.

    ``embedded`` is the ready operator of kind "embedded". ``live``: the run that a person is shown.

    Raises:
        OperatorSettingsError: there is no such kind, or its settings are wrong.
    """
    if spec.kind == "embedded":
        if embedded is None:
            instead = "name the operator of your system"
            raise OperatorSettingsError(
                _KIND, "embedded is for the embedded systems alone", instead
            )
        return embedded
    if spec.kind not in MAKERS:
        known = ", ".join(OPERATOR_KINDS)
        raise OperatorSettingsError(_KIND, f"is {spec.kind!r}", f"write one of {known}")
    operator = MAKERS[spec.kind](sut, spec.settings)
    if live is not None and isinstance(operator, (PromptOperator, WebOperator)):
        operator.look_on(live)
    if spec.fallback is None:
        return operator
    try:
        return Fallback(operator, make(spec.fallback, sut, live=live))
    except OperatorSettingsError as error:
        path = error.path.replace("operator", "operator.fallback", 1)
        raise OperatorSettingsError(path, error.what, error.instead) from error
