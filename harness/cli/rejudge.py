"""``python -m harness rejudge``: a recorded run judged again, without the system."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.reports import write
from harness.cli.terminal import say
from harness.evidence.results import Results
from harness.rejudge.judge import review
from harness.rejudge.report import data, document, lines
from harness.report.document import as_html, as_markdown
from harness.run.gate import ExitCode
from harness.run.identity import identity
from harness.run.recover import recover
from harness.run.version import harness_version
from harness.spec.roles import Role
from harness.sut.file import load
from harness.sut.model import Sut
from harness.testbed.bringup import Embedding, described
from harness.testbed.kits import KITS, embedded_sut


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="a results folder")
    parser.add_argument(
        "--sut",
        action="append",
        default=[],
        metavar="FILE",
        help="the description that the run was made with; default: the embedded systems",
    )
    parser.add_argument("--html", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="each validation as data")


def _rejudge(options: argparse.Namespace) -> int:
    results = recover(options.directory)
    suts = _suts(options.sut, results)
    strict = results.run.fail_on_warnings
    reviews = [
        review(case, options.directory, suts[case.sut], fail_on_warnings=strict)
        for case in results.cases
    ]
    for line in lines(reviews):
        say(line)
    version = harness_version()
    report = document(results, reviews, version)
    if options.html:
        write(options.html, as_html(report))
    if options.markdown:
        write(options.markdown, as_markdown(report))
    if options.json:
        write(options.json, json.dumps(data(results, reviews, version), indent=1) + "\n")
    changed = any(r.verdict_changed or any(v.changed for v in r.reviewed) for r in reviews)
    return ExitCode.RED if changed else ExitCode.GREEN


def _suts(files: list[str], results: Results) -> Mapping[Role, Sut]:
    """The systems as the run had them described."""
    run = results.run
    given = {sut.role: sut for sut in map(load, files)}
    suts = given or {role: embedded_sut(role) for role in Role}
    if lacking := [role for role in run.roles if role not in suts]:
        raise UsageError(f"--sut: the run tested a {lacking[0]}, which no file describes")
    now = identity(suts, "", fault=run.fault, variant=run.variant)
    about = (" in the description of ", "edition for the ")
    differs = [
        name
        for name, fact in run.identity.items()
        if any(part in name for part in about) and now.get(name, fact) != fact
    ]
    if differs:
        raise UsageError(
            f"this is not the description that the run had ({', '.join(sorted(differs))}):"
            " name the file by --sut"
        )
    return {role: _shaped(suts[role], run.variant) for role in run.roles}


def _shaped(sut: Sut, variant: str) -> Sut:
    """An embedded system is described by what its variant makes of it."""
    if sut.operator.kind != "embedded":
        return sut
    changes = Embedding(variant).changes(KITS[sut.role].variants)
    return described(sut, changes) if changes else sut


COMMAND = Command(
    "rejudge", "judge a recorded run again, by the rules of today", _add_arguments, _rejudge
)
