"""The cells that this run proves, and what becomes of one that is not as it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import pytest

from harness.proof.mutation.campaign import addresses
from harness.proof.trust import again, choice
from harness.proof.trust.choice import Choice, draw
from harness.proof.trust.faults import Trial, all_trials
from harness.proof.trust.matrix import implemented
from harness.spec.roles import Role
from harness.testbed.kits import KITS

Cell = TypeVar("Cell")


@dataclass(frozen=True)
class VariantCell:
    """A case under a variant."""

    role: Role
    variant: str
    case_id: str


@cache
def fault_cells() -> Choice[Trial]:
    """The chosen trials of faults."""
    touched = choice.touched()

    def is_touched(trial: Trial) -> bool:
        return trial.case_id in touched.cases or (trial.role, trial.fault) in touched.faults

    return draw(all_trials(addresses()), is_touched, choice.budget(), choice.seed())


@cache
def variant_cells() -> Choice[VariantCell]:
    """The chosen cells of the matrix of variants."""
    touched = choice.touched()
    every = [
        VariantCell(role, name, case_id)
        for role in Role
        for name in KITS[role].variants
        for case_id in sorted(implemented(role))
    ]

    def is_touched(cell: VariantCell) -> bool:
        return cell.case_id in touched.cases or (cell.role, cell.variant) in touched.variants

    return draw(every, is_touched, choice.budget(), choice.seed())


def summary() -> list[str]:
    """Lines for the report of a run."""
    return [
        f"proofs: {choice.SEED}={choice.seed()}, compared with {choice.base()[:10] or 'nothing'}",
        f"faults: {fault_cells()}",
        f"variants: {variant_cells()}",
    ]


def judge(
    wrong: Iterable[tuple[Cell, str]],
    chosen: Choice[Cell],
    arguments: Callable[[Cell], tuple[str, ...]],
) -> None:
    """Fail for what is wrong; what was only drawn, and is wrong at the base too, is told alone."""
    blocking: list[str] = []
    told: list[str] = []
    for cell, text in wrong:
        before = cell in chosen.drawn and choice.base()
        is_old = before and again.is_wrong_at(choice.base(), arguments(cell))
        (told if is_old else blocking).append(text)
    assert not blocking, "\n".join(blocking)
    if told:
        pytest.xfail("\n".join([f"red at {choice.base()[:10]} too, and not touched:", *told]))
