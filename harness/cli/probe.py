"""``python -m harness probe``: a description and its operator."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path

from harness.cli.command import Command
from harness.cli.terminal import say
from harness.evidence.recorder import Recorder
from harness.operators import probe
from harness.run.implemented import implemented
from harness.spec import catalogue
from harness.spec.roles import Role
from harness.sut import pics
from harness.sut.file import load
from harness.sut.model import Sut
from harness.testbed.bringup import Embedding
from harness.testbed.kits import KITS


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sut", type=Path, required=True, metavar="FILE")
    parser.add_argument("--certs", type=Path, default=Path("certs"), metavar="DIR")


def _probe(options: argparse.Namespace) -> int:
    sut = load(options.sut)
    return asyncio.run(_probed(sut, options.certs))


async def _probed(sut: Sut, certs: Path) -> int:
    bring_up = KITS[sut.role].bring_up
    async with bring_up(sut, lambda _sut: Recorder(None), certs, Embedding()) as test_bed:
        await probe(test_bed.operator, sut.limits.operator)
        say(f"{sut.name} ({sut.role}), security profile {sut.security_profile}")
        say(f"operator {sut.operator.kind}: refuses what it does not know, as it must")
        for line in _to_set_up(test_bed.sut, certs) if sut.operator.kind != "embedded" else ():
            say(line)
    rows = [row for row in catalogue.load(sut.edition).values() if row.role is sut.role]
    fitting = {row.id for row in rows if not pics.applicability(row, sut)}
    say(f"{len(fitting)} of {len(rows)} cases apply, {len(fitting & implemented())} implemented")
    return 0


def _to_set_up(sut: Sut, certs: Path) -> Iterator[str]:
    """What the system under test must have been told."""
    secure, mutual = sut.security_profile >= 2, sut.security_profile == 3
    if sut.role is Role.CSMS:
        if mutual:
            root = certs / f"csms-{sut.identity}" / "old_root.pem"
            yield f"the CSMS is to trust stations whose root certificate is {root}"
        return
    yield f"the station is to connect to {sut.csms_url}/{sut.identity}"
    folder = certs / sut.identity
    if secure:
        yield f"and to trust the root certificate {folder / 'old_root.pem'}"
    if mutual:
        yield f"and to have the certificate {folder / 'station.pem'} with its key station.key"


COMMAND = Command("probe", "check a sut.yaml and its operator", _add_arguments, _probe)
