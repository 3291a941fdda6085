"""One thing that was looked at before a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """Whether all is well, cases will be lost, or no verdict can be had."""

    WELL = "ok"
    COSTS = "gap"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """``text``: what was found, and what to do about it. ``path``: the key it is about, if any."""

    weight: Weight
    text: str
    path: str = ""


def well(text: str) -> Finding:
    """All is as it should be."""
    return Finding(Weight.WELL, text)


def costs(text: str, path: str = "") -> Finding:
    """Some cases come to no verdict."""
    return Finding(Weight.COSTS, text, path)


def wrong(text: str, path: str = "") -> Finding:
    """The run is worth nothing until it is mended."""
    return Finding(Weight.WRONG, text, path)
