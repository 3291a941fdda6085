"""Faults in what a CSMS says of idTokens (block C)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, inside, response, without


def _group_once() -> Alter:
    def alter(csms: Any, mark_triggered: MarkTriggered) -> None:
        told: list[str] = []
        id_token_info = csms.answers.id_token_info

        def info(id_token: Any) -> Any:
            found = id_token_info(id_token)
            if "groupIdToken" in found and id_token["idToken"] in told:
                mark_triggered()
                del found["groupIdToken"]
            told.append(id_token["idToken"])
            return found

        csms.answers.id_token_info = info

    return alter


FAULTS = (
    Fault(
        "group-told-at-first",
        "The group of an idToken is told in the first answer about it alone.",
        _group_once(),
        "C09.FR.12",
        ("TC_C_39_CSMS", "4"),
    ),
    Fault(
        "group-untold-before",
        "AuthorizeResponses say nothing of a group.",
        response("Authorize", inside("idTokenInfo", without("groupIdToken"))),
        "C01.FR.06",
        ("TC_C_39_CSMS", "2"),
    ),
)
