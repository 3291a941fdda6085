"""What was shown of each case: plain data, kept in trust.json for the reports to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.spec.roles import Role

FILE = "trust.json"


@dataclass(frozen=True)
class CaseProof:
    """What is shown of one case, as counts; ``wrong``: what is not.

    ``misplaced``: mutants that made the case fail, but not where the change shows; ``faults``:
    named faults that turn it red at their step; ``variants``: conforming variants that pass.
    """

    case_id: str
    role: Role
    validations: int
    rows: int
    stimuli: int
    mutants: int
    killed: int
    equivalent: int
    misplaced: int
    faults: int
    variants: int
    wrong: tuple[str, ...] = ()

    @property
    def survived(self) -> int:
        """Mutants that nothing found."""
        return self.mutants - self.killed - self.equivalent - self.misplaced

    @property
    def proven(self) -> bool:
        """Whether all was shown, and of each kind there was something to show.

        A case that judges no message of the system has no mutant.
        """
        broken = self.killed or not self.mutants
        shown = self.validations and broken and self.faults and self.variants
        return bool(shown) and not (self.wrong or self.survived or self.misplaced)


@dataclass(frozen=True)
class Proof:
    """All cases, as they are in that version of the harness; ``wrong``: what belongs to none."""

    version: str
    seed: int
    cases: tuple[CaseProof, ...]
    wrong: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every target is met."""
        return bool(self.cases) and not self.wrong and all(case.proven for case in self.cases)


def write(proof: Proof, path: Path) -> None:
    """Keep a proof as JSON."""
    path.write_text(json.dumps(asdict(proof), indent=1) + "\n", "utf-8")


def read(text: str) -> Proof:
    """A kept proof.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    data: Mapping[str, Any] = json.loads(text)
    cases, wrong = tuple(map(_case, data["cases"])), tuple(data["wrong"])
    return Proof(data["version"], data["seed"], cases, wrong)


def _case(data: Mapping[str, Any]) -> CaseProof:
    more: dict[str, Any] = {"role": Role(data["role"]), "wrong": tuple(data["wrong"])}
    return CaseProof(**{**data, **more})


def at_hand(directory: Path) -> Proof | None:
    """The proof in a folder of results or in the one above it; None where there is none to read."""
    for path in (directory / FILE, directory.absolute().parent / FILE):
        try:
            return read(path.read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # none was made, or one of another version of the harness
    return None
