"""The page of a case as it lies beside its module, in parts that a link can lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from harness.evidence.verdict import Stage, Validation
from harness.spec.catalogue import load
from harness.testbed.kits import KITS

#: The parts of a page that are no numbered steps, and where a row begins.
_SECTION = re.compile(r"^(\w+):")
_ROW = re.compile(r"^- \{?step: (\d+)")


@dataclass(frozen=True)
class Part:
    """Some lines of a page; ``anchor``: what a link to them ends with, "" if none leads there."""

    anchor: str
    text: str


@cache
def parts(case_id: str) -> tuple[Part, ...]:
    """The page of a case, none where there is no such file."""
    row = load().get(case_id)
    if row is None:
        return ()
    file = resources.files(KITS[row.role].cases) / row.folder / f"test_{case_id.lower()}.yaml"
    if not file.is_file():
        return ()
    found, section, seen = list[Part](), "", set[str]()
    for line in file.read_text("utf-8").splitlines(keepends=True):
        heading, numbered = _SECTION.match(line), _ROW.match(line)
        section = heading[1] if heading else section
        number = numbered[1] if numbered and section == "steps" else ""
        anchor = f"step-{number}" if number else (heading[1] if heading else "")
        if heading or numbered or not found:
            found.append(Part(anchor if anchor not in seen else "", line))
            seen.add(anchor)
        else:
            found[-1] = Part(found[-1].anchor, found[-1].text + line)
    return tuple(found)


def anchor(case_id: str, validation: Validation) -> str:
    """What a link to the place of a validation in the page ends with, "" if it has none there."""
    number = re.match(r"\d+", validation.step)
    wanted = f"step-{number[0]}" if number else str(validation.stage)
    if validation.stage not in (Stage.BEFORE, Stage.MAIN):
        return ""
    return wanted if any(part.anchor == wanted for part in parts(case_id)) else ""
