"""One run of several results folders: the shards of a run, or parts that were chosen otherwise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.evidence.collected import ATTEMPTS, TRANSCRIPTS
from harness.evidence.results import (
    CASES,
    NOT_RUN,
    QUESTIONS,
    RESULTS,
    TESTS,
    Results,
    RunInfo,
    run_json,
    write_results,
)
from harness.report.write import write_all
from harness.run.identity import Identity, difference, told_apart
from harness.run.marker import RUN_FILE, kept, listed, missing
from harness.run.recover import recover
from harness.spec.roles import Role

#: What may differ between systems that are the same but for where they are.
_OF_ONE_INSTALLATION = (
    "ca_file",
    "endpoints",
    "identity",
    "listen",
    "operator",
    "serial_number",
    "station_ca_file",
    "url",
)


class MergeError(ValueError):
    """These folders are no parts of one run; the message says why."""


@dataclass(frozen=True)
class Part:
    """One of the folders, with what it says of itself."""

    folder: Path
    results: Results
    facts: dict[str, Any]

    @property
    def run(self) -> RunInfo:
        """What was run."""
        return self.results.run

    @property
    def shard(self) -> tuple[int, int]:
        """Number and count; (0, 0) for a part that is no shard."""
        number, _, parts = self.run.shard.partition("/")
        return (int(number), int(parts)) if parts else (0, 0)


def merge(folders: Sequence[Path], out: Path) -> Results:
    """Write one results folder with all that is in these; what is missing makes it unfinished.

    Raises:
        MergeError: they are not parts of one run, or ``out`` is not empty.
        ResultsError: a folder has no results.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise MergeError(f"{out} is not empty: name a new folder")
    parts = [Part(folder, recover(folder), kept(folder)) for folder in folders]
    problem = next(_problems(parts), "")
    if problem:
        raise MergeError(problem)
    _copy(parts, out)
    asked = sorted({each for part in parts for each in listed(part.facts, "asked")})
    lacking = [*_lacking(parts), *(p for part in parts for p in part.results.problems)]
    whole = not lacking and all(part.run.finished for part in parts)
    run = _run(parts, finished=whole)
    facts = {
        "started": run.started.isoformat(),
        "run": run_json(replace(run, finished=None)),
        "identity": dict(run.identity),
        "told": list(dict.fromkeys(t for part in parts for t in listed(part.facts, "told"))),
        "asked": asked,
        "problems": lacking,
    }
    (out / RUN_FILE).write_text(json.dumps(facts), encoding="utf-8")
    write_results(out, Results(run, ()))
    results = recover(out)
    write_results(out, results)
    write_all(out)
    return results


def _run(parts: Sequence[Part], *, finished: bool) -> RunInfo:
    selections = dict.fromkeys(part.run.selection for part in parts)
    ends = [part.run.finished for part in parts if part.run.finished]
    first = max((part.run for part in parts), key=lambda run: len(run.roles))
    return replace(
        first,
        started=min(part.run.started for part in parts),
        finished=max(ends) if finished and ends else None,
        selection="; ".join(selections),
        shard="",
        roles=tuple(role for role in Role if any(role in part.run.roles for part in parts)),
        identity={name: text for name, text in first.identity.items() if name != "shard"},
    )


def _copy(parts: Sequence[Part], out: Path) -> None:
    """The files of all parts; no two have the same name, as no case is in two of them."""
    for part in parts:
        for name in (CASES, ATTEMPTS, TRANSCRIPTS, NOT_RUN, QUESTIONS, TESTS):
            if (part.folder / name).is_dir():
                shutil.copytree(part.folder / name, out / name, dirs_exist_ok=True)
    (out / CASES).mkdir(parents=True, exist_ok=True)


# -- what is wrong with the parts


def _problems(parts: Sequence[Part]) -> Iterator[str]:
    """Why they are not parts of one run."""
    first, *others = parts
    for part in parts:
        if not (part.folder / CASES).is_dir() and part.results.cases:
            yield f"{part.folder}: has no {CASES}/: give the whole folder, not {RESULTS} alone"
        if not part.run.identity:
            yield f"{part.folder}: does not say what was tested, as its harness was an older one"
    for part in others:
        pair = f"{first.folder} and {part.folder}"
        if changed := _not_the_same(first, part):
            yield f"{pair} are not parts of one run: {changed}"
    yield from _wrong_shards(parts)
    yield from _overlaps(parts)


def _not_the_same(one: Part, other: Part) -> str:
    """What would have to be the same and is not, in words."""
    strict = one.run.fail_on_warnings is not other.run.fail_on_warnings
    changed = ["--fail-on-warnings"] if strict else []
    if one.run.shard and one.run.selection != other.run.selection:
        changed.append(f"selection ({one.run.selection}, {other.run.selection})")
    described = difference(_comparable(one.run.identity), _comparable(other.run.identity))
    told = [listed(part.facts, "told")[:1] for part in (one, other)]
    apart = told_apart(told[0], told[1][0]) if all(told) else ""
    return "; ".join(filter(None, [*changed, described, apart]))


def _comparable(facts: Identity) -> Identity:
    """Without the shard, and without where a system is."""

    def of_one(name: str) -> bool:
        return " in the description of " in name and name.split(" ")[0] in _OF_ONE_INSTALLATION

    return {name: fact for name, fact in facts.items() if name != "shard" and not of_one(name)}


def _wrong_shards(parts: Sequence[Part]) -> Iterator[str]:
    shards = {part.shard[1] for part in parts}
    if len(shards) > 1:
        named = ", ".join(f"{part.folder} is {part.run.shard or 'no shard'}" for part in parts)
        yield f"these were not divided alike: {named}"
    for number in {part.shard for part in parts} - {(0, 0)}:
        same = [str(part.folder) for part in parts if part.shard == number]
        if len(same) > 1:
            yield f"shard {number[0]}/{number[1]} is given twice: {', '.join(same)}"


def _overlaps(parts: Sequence[Part]) -> Iterator[str]:
    found: dict[str, Path] = {}
    for part in parts:
        for case in part.results.cases:
            if case.id in found:
                yield f"{case.id} has a result in {found[case.id]} and in {part.folder}"
            found[case.id] = part.folder


def _lacking(parts: Sequence[Part]) -> Iterator[str]:
    """What the parts together do not have, in words."""
    number_of = max(part.shard[1] for part in parts)
    there = {part.shard[0] for part in parts}
    for number in range(1, number_of + 1):
        if number not in there:
            yield f"shard {number}/{number_of} is missing"
    for part in parts:
        if part.run.finished is None:
            absent = missing(listed(part.facts, "asked"), part.results)
            named = f": no result of {', '.join(absent)}" if absent else ""
            yield f"{part.folder.name} did not come to its end{named}"
