"""What a case leaves in Allure, where allure-pytest is active."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any, Protocol

from harness.evidence.results import case_json, read_case, transcript_path
from harness.report.diagram import diagram
from harness.report.log import read_log

#: Name under which allure-pytest registers itself once --alluredir is given.
LISTENER = "allure_listener"


class Plugins(Protocol):
    """As much of pytest's plugin manager as is needed here."""

    def hasplugin(self, name: str) -> bool:
        """Whether a plugin of this name is active."""
        ...


def attach(plugins: Plugins, directory: Path, case_id: str) -> bool:
    """Attach transcript, diagram and validations to the running test; False without allure.

    To be called after ``write_case`` (what is attached is what was written, masked) and while
    pytest still runs the test: in a fixture's teardown or in makereport.

    Raises:
        ResultsError: the case has not been written.
    """
    if not plugins.hasplugin(LISTENER):
        return False
    case = read_case(directory, case_id)
    allure: Any = importlib.import_module("allure")
    kinds: Any = allure.attachment_type
    path = transcript_path(directory, case)
    if path is not None:
        text = path.read_text(encoding="utf-8", errors="replace")
        allure.attach(text, name="transcript", attachment_type=kinds.TEXT, extension="jsonl")
        drawing = diagram(read_log(path).entries, case.sut, standalone=True)
        allure.attach(drawing, name="sequence diagram", attachment_type=kinds.SVG)
    validations = json.dumps(case_json(case)["validations"], indent=2)
    allure.attach(validations, name="validations", attachment_type=kinds.JSON)
    return True
