"""What was shown of each case: plain data, kept in trust.json for every report to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from harness.sut import Role

#: The proofs of the cases that come with this version.
KEPT = Path(str(resources.files("harness.trust"))) / "trust.json"


@dataclass(frozen=True)
class CaseProof:
    """What is shown of one case, as counts; ``wrong``: what is not.

    ``mutants`` = ``killed`` + ``equivalent`` + those that survived; ``faults``: named faults that
    turn it red at their step; ``personalities``: conforming variants that pass it.
    """

    case_id: str
    role: Role
    validations: int
    obligations: int
    mutants: int
    killed: int
    equivalent: int
    faults: int
    personalities: int
    wrong: tuple[str, ...] = ()

    @property
    def survived(self) -> int:
        """Mutants that nothing found, or not where they are."""
        return self.mutants - self.killed - self.equivalent

    @property
    def proven(self) -> bool:
        """Whether all was shown."""
        return not (self.wrong or self.survived) and self.faults > 0


@dataclass(frozen=True)
class Proof:
    """All cases; ``wrong``: what belongs to no case."""

    seed: int
    cases: tuple[CaseProof, ...]
    wrong: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every target is met."""
        return not self.wrong and all(case.proven for case in self.cases)


def write(proof: Proof, path: Path) -> None:
    """Keep a proof as JSON."""
    path.write_text(json.dumps(asdict(proof), indent=1) + "\n", "utf-8")


def read(text: str) -> Proof:
    """A kept proof.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    data: Mapping[str, Any] = json.loads(text)
    return Proof(data["seed"], tuple(map(_case, data["cases"])), tuple(data["wrong"]))


def _case(data: Mapping[str, Any]) -> CaseProof:
    more: dict[str, Any] = {"role": Role(data["role"]), "wrong": tuple(data["wrong"])}
    return CaseProof(**{**data, **more})


def kept() -> Proof | None:
    """What comes with this version; None where nothing was proven yet."""
    return read(KEPT.read_text("utf-8")) if KEPT.is_file() else None
