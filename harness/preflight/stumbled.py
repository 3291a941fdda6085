"""What ended a run before its first case, or kept cases from a verdict: where to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.evidence.results import CaseResult
from harness.evidence.verdict import Verdict
from harness.operators import OperatorSettingsError
from harness.operators.base import OperatorFailed
from harness.operators.probe import UntrustworthyError
from harness.peers.id_tokens import SET_IT_UP
from harness.preflight.in_person import remedy
from harness.sut.file import place
from harness.sut.model import Sut
from harness.testbed.bringup import BringUpError

#: The key of the description that an error is about, unless it says so itself.
_ABOUT: tuple[tuple[type[Exception], str], ...] = (
    (OperatorFailed, "operator.settings"),
    (UntrustworthyError, "operator"),
)
_OF_ID_TOKEN = re.compile(rf"the CSMS \S.* of (?P<key>tokens\.\w+) .*{re.escape(SET_IT_UP)}")


def stumbled(sut: Sut, error: Exception) -> str:
    """``FILE:LINE: what is wrong: what to write``."""
    if isinstance(error, (OperatorSettingsError, BringUpError)):
        return _located(sut, error.path, str(error))
    found = [path for kind, path in _ABOUT if isinstance(error, kind)]
    said = f"the operator: {error}" if isinstance(error, OperatorFailed) else str(error)
    return _located(sut, found[0], said) if found else said


def hints(sut: Sut, results: Iterable[CaseResult]) -> Iterator[str]:
    """For cases without a verdict: where in the description to mend that, each once.

    Of connections that came to nothing, and idTokens that the CSMS takes for something else.
    """
    told = set[str]()
    for each in results:
        if each.verdict is not Verdict.INCONCLUSIVE:
            continue
        path, instead = remedy(sut, each.reason)
        if found := _OF_ID_TOKEN.search(each.reason):
            path, instead = found["key"], found[0]
        if instead and instead not in told:
            told.add(instead)
            yield _located(sut, path, instead)


def _located(sut: Sut, path: str, text: str) -> str:
    where = place(sut, path)
    return f"{where}: {text}" if where else text
