"""What a page asks for, row by row, with the labels under which runs record it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.verdict import Stage

#: The variant of rows that show in the run of the plain system alone.
PLAIN = "plain"


@dataclass(frozen=True)
class Row:
    """What rows of all kinds have.

    ``step`` as it is recorded, with the states around it. ``variant``: the conforming variant in
    whose run alone it shows, PLAIN for the plain system; "": in every run of the page but those of
    the variants ``but_in``.
    ``optional``: need not be recorded. ``source``: what it rests on where it is not the page's own.
    """

    step: str
    stage: Stage = Stage.MAIN
    variant: str = ""
    optional: bool = False
    source: str = ""
    but_in: tuple[str, ...] = ()

    def shows_in(self, run: str) -> bool:
        """Whether it is about the run of this variant, "" for the plain system."""
        return self.variant in ("", run or PLAIN) and run not in self.but_in


@dataclass(frozen=True)
class Judged(Row):
    """A validation: of a field of a message, or ("" as field) of its coming.

    ``rule``: the standing rule that judges it in place of the case; ``overruled``: what overrules
    the page, so that nothing is recorded.
    """

    message: str = ""
    field: str = ""
    said: Any = None
    rule: str = ""
    overruled: str = ""

    @property
    def owed(self) -> bool:
        """Whether a run has to record it."""
        return not (self.optional or self.rule or self.overruled)

    def __str__(self) -> str:
        where = f"step {self.step}: {self.message} {self.field}".strip()
        return f"{where}: {self.said}{_under(self)}"


@dataclass(frozen=True)
class Stimulus(Row):
    """A message of the harness: every field of it, by path.

    "*" as ``evseId`` or ``connectorId`` stands for a message for each that no other row names.
    ``repeated``: it may be sent more than once; ``times``: exactly so often, where that is known.
    """

    message: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    repeated: bool = False
    times: int = 0
    overruled: str = ""

    def __str__(self) -> str:
        return f"step {self.step}: {self.message} {dict(self.fields)}{_under(self)}"


@dataclass(frozen=True)
class Act(Row):
    """An act that is no message: ``by`` is "hands", "operator" or "harness"."""

    by: str = ""
    act: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    overruled: str = ""

    def __str__(self) -> str:
        return f"step {self.step}: {self.by} {self.act} {dict(self.facts)}{_under(self)}"


def _under(row: Row) -> str:
    return f" under {row.variant}" if row.variant else ""


@dataclass(frozen=True)
class StateRun(Row):
    """A reusable state that the page runs as a step: something is recorded in it."""

    def __str__(self) -> str:
        return f"state {self.step}{_under(self)}"


@dataclass(frozen=True)
class Page:
    """A page, resolved: the rows of its steps, and of the states that it runs and reaches.

    ``also_as``: further variants in which the case shows how its states are recorded; ``by_event``:
    the harness tells of connectors by NotifyEvent.
    """

    id: str
    variant: str
    judged: tuple[Judged, ...] = ()
    stimuli: tuple[Stimulus, ...] = ()
    acts: tuple[Act, ...] = ()
    states: tuple[StateRun, ...] = ()
    also_as: tuple[str, ...] = ()
    by_event: bool = False

    @property
    def variants(self) -> frozenset[str]:
        """The conforming variants in which the case must run to show all of the page."""
        rows = (*self.judged, *self.stimuli, *self.acts, *self.states)
        named = {row.variant for row in rows if row.variant and not row.optional}
        runs = {"" if name == PLAIN else name for name in named}
        return frozenset(runs | {self.variant, *self.also_as})


@dataclass(frozen=True)
class General:
    """What holds for every page of a role: one place for it.

    ``fields``: what stands in fields of a message that a page does not name; "… Started" after the
    message is for one kind of event, and a path that ends in "?" need not be there.
    ``bookkeeping``: what the harness sends and judges for its own purposes, by the last word of the
    step's label. ``facts``: those of an act that a page does not name.
    """

    rules: frozenset[str]
    preconditions: tuple[Judged, ...]
    fields: Mapping[str, Mapping[str, Any]]
    bookkeeping: tuple[Stimulus, ...]
    own_acts: tuple[Act, ...]
    facts: Mapping[str, Mapping[str, Any]]
