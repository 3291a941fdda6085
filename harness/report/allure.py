"""What a case leaves in Allure, where allure-pytest is active (``pytest --alluredir DIR``).

The test that allure-pytest keeps of it gets the title and labels of the catalogue, the steps of the
page with their checks, and transcript, sequence diagram and validations as attachments.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from harness.evidence.results import CaseResult, Results, case_json, read_case, transcript_path
from harness.evidence.verdict import Verdict
from harness.report.diagram import diagram
from harness.report.log import read_log
from harness.report.story import Part, Step, steps
from harness.report.tally import facts
from harness.report.text import legal
from harness.spec.catalogue import Row
from harness.spec.editions import DEFAULT
from harness.testbed.kits import KITS

#: Name under which allure-pytest registers itself once --alluredir is given.
LISTENER = "allure_listener"
#: The kind of a link to a requirement, for ``--allure-link-pattern requirement:URL``.
REQUIREMENT = "requirement"
#: Where the specification is to be had: a requirement has no address of its own there.
SPECIFICATION = "https://openchargealliance.org/protocols/open-charge-point-protocol/"

_CATEGORIES = [
    {
        "name": "FAIL: the system broke at least one validation",
        "matchedStatuses": ["failed"],
    },
    {
        "name": "INCONCLUSIVE: not prepared, or could not be driven",
        "matchedStatuses": ["broken"],
        "messageRegex": "(?s).*INCONCLUSIVE.*",
    },
    {"name": "ERROR: the harness itself broke", "matchedStatuses": ["broken"]},
    {
        "name": "NOT RUN: asked for and left out",
        "matchedStatuses": ["skipped"],
        "messageRegex": "(?s).*NOT RUN.*",
    },
    {"name": "NOT APPLICABLE: excluded by the features", "matchedStatuses": ["skipped"]},
]


class Plugins(Protocol):
    """As much of pytest's plugin manager as is needed here."""

    def get_plugin(self, name: str) -> Any:
        """The plugin of this name, None without it."""
        ...


def begin(plugins: Plugins, row: Row, parameters: Mapping[str, str]) -> bool:
    """Say what the case is that pytest has set up; False without allure-pytest.

    ``parameters``: what tells runs of it apart, in Allure's history too.
    """
    listener = plugins.get_plugin(LISTENER)
    if listener is None:
        return False
    dynamic = _allure().dynamic
    dynamic.title(f"{row.id} {row.title}")
    dynamic.epic(f"{DEFAULT.name}, {KITS[row.role].title}")
    dynamic.feature(row.block.replace("_", " "))
    dynamic.story(*filter(None, (name.strip() for name in row.use_cases.split(","))))
    dynamic.tag(*dict.fromkeys(each.profile for each in row.certification))
    patterns = dict(listener.config.option.allure_link_pattern)
    for requirement in row.requirements:
        # Allure keeps one link of each address.
        url = requirement if REQUIREMENT in patterns else f"{SPECIFICATION}#{requirement}"
        dynamic.link(url, link_type=REQUIREMENT, name=requirement)
    test, model = listener.allure_logger.get_test(None), _model()
    # What pytest-asyncio passes about has another address in each run, and would be another test.
    test.parameters[:] = [model.Parameter(name=n, value=text) for n, text in parameters.items()]
    return True


def end(plugins: Plugins, directory: Path, case_id: str) -> bool:
    """Say what became of the case that pytest has torn down; False without allure-pytest.

    What is told is what was written, masked.

    Raises:
        ResultsError: the case has not been written.
    """
    listener = plugins.get_plugin(LISTENER)
    if listener is None:
        return False
    case = read_case(directory, case_id)
    transcript = transcript_path(directory, case)
    _attach(case, transcript)
    test, model = listener.allure_logger.get_test(None), _model()
    for name, text in (("clock", case.clock), ("seconds on it", f"{case.duration_s:g}")):
        test.parameters.append(model.Parameter(name=name, value=text, excluded=True))
    if case.verdict is Verdict.INCONCLUSIVE:
        test.status = "broken"
    test.steps.extend(_step(each, test.start) for each in steps(read_log(transcript).entries))
    return True


def describe(directory: Path, results: Results) -> None:
    """Write into Allure's folder what a report says of the run, and what its statuses mean."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = [f"{name.replace(' ', '_')}={legal(text)}" for name, text in facts(results)]
    (directory / "environment.properties").write_text("\n".join(lines) + "\n", "utf-8")
    (directory / "categories.json").write_text(json.dumps(_CATEGORIES, indent=1), "utf-8")


def _allure() -> Any:
    return importlib.import_module("allure")


def _model() -> Any:
    return importlib.import_module("allure_commons.model2")


def _attach(case: CaseResult, transcript: Path | None) -> None:
    allure = _allure()
    kinds = allure.attachment_type
    if transcript is not None:
        text = transcript.read_text(encoding="utf-8", errors="replace")
        allure.attach(text, name="frames", attachment_type=kinds.TEXT, extension="jsonl")
        drawing = diagram(read_log(transcript).entries, case.sut, standalone=True)
        allure.attach(drawing, name="sequence diagram", attachment_type=kinds.SVG)
    validations = json.dumps(case_json(case)["validations"], indent=2)
    allure.attach(validations, name="validations", attachment_type=kinds.JSON)


def _step(step: Step, began_ms: int) -> Any:
    """As Allure keeps it: the times are those on the case's clock, from its real beginning."""
    model = _model()
    made = model.TestStepResult(name=step.title, status=_status(step.ok))
    made.start, made.stop = _at(began_ms, step.t), _at(began_ms, step.until)
    made.steps = [_part(model, part, began_ms) for part in step.parts]
    return made


def _part(model: Any, part: Part, began_ms: int) -> Any:
    made = model.TestStepResult(name=part.text, status=_status(part.ok))
    made.start = made.stop = _at(began_ms, part.t)
    made.parameters = [model.Parameter(name=name, value=text) for name, text in part.facts]
    return made


def _at(began_ms: int, seconds: float) -> int:
    return began_ms + round(seconds * 1000)


def _status(ok: bool) -> str:
    return "passed" if ok else "failed"
