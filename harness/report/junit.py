"""junit.xml: a test suite per block and role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from harness.evidence.results import CaseResult, NotRun, QuestionResult, Results
from harness.evidence.verdict import Stage, Verdict
from harness.report.tally import facts, flaws, groups, own_tests
from harness.report.text import legal, shortened

#: Longest text of one failure, in characters.
_LONGEST = 20_000


def junit(results: Results) -> bytes:
    """The results as JUnit XML, UTF-8, in the form that Jenkins and GitLab take; times are real.

    A FAIL is a failure, an INCONCLUSIVE or ERROR an error of that type, NOT APPLICABLE is skipped.
    A case NOT RUN is an error in a suite of such cases.
    What is missing from the results is an error of its own, so that nobody takes them for whole.
    """
    root = ET.Element("testsuites", name="OCPP conformance")
    for group in (*groups(results), *own_tests(results)):
        suite = _suite(root, group.heading, group.cases)
        suite.set("timestamp", f"{results.run.started:%Y-%m-%dT%H:%M:%S}")
        properties = ET.SubElement(suite, "properties")
        for label, text in facts(results):
            _property(properties, label, text)
        for case in group.cases:
            _case(suite, case)
    _not_run(root, results.not_run)
    _questions(root, results.questions)
    missing = flaws(results)
    if missing:
        _missing(root, missing)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _suite(root: ET.Element, heading: str, cases: Sequence[CaseResult]) -> ET.Element:
    def count(*verdicts: Verdict) -> str:
        return str(sum(case.verdict in verdicts for case in cases))

    return ET.SubElement(
        root,
        "testsuite",
        name=legal(heading),
        tests=str(len(cases)),
        failures=count(Verdict.FAIL),
        errors=count(Verdict.ERROR, Verdict.INCONCLUSIVE),
        skipped=count(Verdict.NOT_APPLICABLE),
        time=f"{sum(case.real_s for case in cases):.3f}",
    )


def _property(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "property", name=name, value=legal(value))


def _case(suite: ET.Element, case: CaseResult) -> None:
    element = ET.SubElement(
        suite,
        "testcase",
        classname=legal(case.heading),
        name=legal(case.id),
        time=f"{case.real_s:.3f}",
    )
    tags = {
        Verdict.FAIL: "failure",
        Verdict.ERROR: "error",
        Verdict.INCONCLUSIVE: "error",
        Verdict.NOT_APPLICABLE: "skipped",
    }
    if case.verdict in tags:
        outcome = ET.SubElement(element, tags[case.verdict], type=case.verdict)
        outcome.set("message", legal(shortened(case.reason, _LONGEST)))
        broken = (v for v in case.validations if not v.ok and v.stage is not Stage.OWN)
        sentences = "\n".join(v.sentence() for v in broken)
        # GitLab shows the text alone.
        outcome.text = legal(shortened(sentences or case.reason, _LONGEST))
    facts_of_case = {
        "title": case.title,
        "verdict": case.verdict,
        "requirements": ", ".join(case.requirements),
        "transcript": case.transcript,
        "page": case.page,
        "rules": ", ".join(case.rules),
    }
    ET.SubElement(element, "system-out").text = _lines(facts_of_case)


def _lines(told: Mapping[str, str]) -> str:
    """A line for each fact: of a case, JUnit knows no properties."""
    lines = (f"{name}: {' '.join(text.split())}" for name, text in told.items() if text)
    return legal("\n".join(lines))


def _not_run(root: ET.Element, left_out: Sequence[NotRun]) -> None:
    if not left_out:
        return
    count = str(len(left_out))
    suite = ET.SubElement(
        root, "testsuite", name="not run", tests=count, failures="0", errors=count, skipped="0"
    )
    for case in left_out:
        element = ET.SubElement(suite, "testcase", classname="not run", name=case.id)
        error = ET.SubElement(element, "error", type="NOT RUN", message=legal(case.reason))
        error.text = legal(case.reason)


def _questions(root: ET.Element, questions: Sequence[QuestionResult]) -> None:
    """A suite in which nothing fails, as they decide nothing: the verdict is a line of output."""
    if not questions:
        return
    count = str(len(questions))
    suite = ET.SubElement(root, "testsuite", name="questions of the run", tests=count)
    for name in ("failures", "errors", "skipped"):
        suite.set(name, "0")
    for question in questions:
        name = f"{question.id} ({question.sut})"
        element = ET.SubElement(suite, "testcase", classname="questions", name=name)
        told = {
            "title": question.title,
            "verdict": question.verdict,
            "requirement": question.requirement,
        }
        broken = "\n".join(v.sentence() for v in question.validations if not v.ok)
        text = legal(shortened(broken or question.reason, _LONGEST))
        ET.SubElement(element, "system-out").text = f"{_lines(told)}\n{text}".rstrip()


def _missing(root: ET.Element, flaws_found: Sequence[str]) -> None:
    count = str(len(flaws_found))
    suite = ET.SubElement(
        root, "testsuite", name="run", tests=count, failures="0", errors=count, skipped="0"
    )
    for number, flaw in enumerate(flaws_found, start=1):
        element = ET.SubElement(suite, "testcase", classname="run", name=f"complete {number}")
        error = ET.SubElement(element, "error", type="INCOMPLETE", message=legal(flaw))
        error.text = legal(flaw)
