"""The results that go with the harness are of all cases, and the totals are theirs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.proof.trust.matrix import implemented
from harness.report.published import (
    EMBEDDED,
    END,
    Unpublishable,
    begin,
    published,
    with_totals,
)
from harness.spec.roles import Role
from harness.tests.published_results import ROOT, TABLES, published_verdicts
from harness.tests.report_sample import write_sample

README = (ROOT / "README.md").read_text("utf-8")


def test_every_case_has_its_row() -> None:
    written = {case_id for role in Role for case_id in implemented(role)}
    assert set(published_verdicts()) == written, "make results"


def test_the_totals_are_those_of_the_rows() -> None:
    counted = Counter(published_verdicts().values())
    totals = README.partition(begin(EMBEDDED))[2].partition(END)[0]
    head = re.findall(r"[A-Z]{2}[A-Z ]*\b", totals.strip().partition("\n")[0])
    last = [int(n) for n in re.findall(r"\*\*(\d+)\*\*", totals)]
    assert dict(zip(head, last, strict=False)) == {name: counted[name] for name in head}
    assert last[-1] == counted.total()
    assert totals.strip() in TABLES.read_text("utf-8")


def test_some_cases_are_not_published(tmp_path: Path) -> None:
    results = write_sample(tmp_path)
    part = replace(results, run=replace(results.run, selection="-k TC_B"))
    with pytest.raises(Unpublishable):
        published(part)


def test_totals_need_a_place(tmp_path: Path) -> None:
    with pytest.raises(Unpublishable):
        with_totals("no place", write_sample(tmp_path))
    places = f"a {begin(EMBEDDED)} old {END} z {begin('Other')} older {END}"
    once = with_totals(places, write_sample(tmp_path))
    assert "old " not in once
    assert "older" in once
    assert once == with_totals(once, write_sample(tmp_path))
    assert "older" not in with_totals(places, write_sample(tmp_path), "Other")


def test_the_totals_of_another_system_are_those_of_its_results() -> None:
    totals = README.partition(begin("CitrineOS"))[2].partition(END)[0]
    results = (ROOT / "reports" / "interop" / "citrineos.md").read_text("utf-8")
    assert totals.strip()
    assert totals.strip() in results


def test_a_run_that_is_not_whole_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = TABLES.read_bytes()
    write_sample(tmp_path)
    assert main(("results", str(tmp_path))) == 2
    assert capsys.readouterr().err
    assert TABLES.read_bytes() == before
