"""Runs of the plugin, each in a process of its own, on the systems of ``bad_suts``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.tests.bad_suts import MISBEHAVE

ROOT = Path(__file__).resolve().parents[2]
LIMITS = "{response: 0.6, event: 0.4, boot: 0.6, connect: 0.6, silence: 0.2, operator: 1, case: 10}"


def free_ports(number: int) -> list[int]:
    """Ports that are free now; all different."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def station_yaml(folder: Path, kind: str, limits: str = LIMITS) -> Path:
    """A description of a ``Station``."""
    port, port_2 = free_ports(2)
    return _written(
        folder / "station.yaml",
        f"""\
name: A bad station
role: CS
security_profile: 0
listen: {{port: {port}, port_2: {port_2}}}
profiles: {json.dumps(sorted(DEFAULT.features.profiles))}
features: {json.dumps(sorted(DEFAULT.features.known[Role.STATION]))}
limits: {limits}
configured: {{transaction_duration: 0}}
operator:
  kind: python
  settings: {{class: "harness.tests.bad_suts:Station", port: {port}, kind: "{kind}"}}
""",
    )


def csms_yaml(folder: Path, kind: str, limits: str = LIMITS, port: int | None = None) -> Path:
    """A description of a ``Csms``; with ``port``, of whatever listens there."""
    own = free_ports(1)[0]
    return _written(
        folder / "csms.yaml",
        f"""\
name: A bad CSMS
role: CSMS
security_profile: 0
url: ws://127.0.0.1:{port or own}/ocpp
profiles: {json.dumps(sorted(DEFAULT.features.profiles))}
features: {json.dumps(sorted(DEFAULT.features.known[Role.CSMS]))}
limits: {limits}
configured: {{transaction_duration: 0}}
operator:
  kind: python
  settings: {{class: "harness.tests.bad_suts:Csms", port: {own}, kind: "{kind}"}}
""",
    )


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@dataclass(frozen=True)
class Outcome:
    """What a run of the plugin left."""

    code: int
    output: str
    seconds: float
    results: dict[str, Any]

    @property
    def cases(self) -> dict[str, dict[str, Any]]:
        """The results by case id."""
        return {case["id"]: case for case in self.results.get("cases", [])}


def command(folder: Path, sut: Path, *arguments: str) -> list[str]:
    """The command line of a run whose results go to ``folder/results``."""
    plugins = ("cacheprovider", "allure_pytest", "hypothesispytest", "xdist", "pytester")
    return [
        *(
            sys.executable,
            "-m",
            "pytest",
            "-q",
            f"--rootdir={ROOT}",
            "-c",
            f"{ROOT}/pyproject.toml",
        ),
        *(part for plugin in plugins for part in ("-p", f"no:{plugin}")),
        *(
            "--sut",
            str(sut),
            "--results",
            str(folder / "results"),
            "--certs",
            str(folder / "certs"),
        ),
        *arguments,
    ]


def run(folder: Path, sut: Path, *arguments: str, limit: float = 60) -> Outcome:
    """Run pytest on a system under test and wait for its end, ``limit`` seconds at most."""
    began = time.monotonic()
    done = subprocess.run(
        command(folder, sut, *arguments),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    seconds = time.monotonic() - began
    return Outcome(done.returncode, done.stdout + done.stderr, seconds, results(folder))


def results(folder: Path) -> dict[str, Any]:
    """What results.json says; empty if there is none."""
    path = folder / "results" / "results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_cases(folder: Path, peer: str, manners: Sequence[tuple[str, str]]) -> Path:
    """A module of cases (id, manner): each asks for its manner and wants a proper answer."""
    lines = ["from harness.case import case", ""]
    for case_id, name in manners:
        lines += [
            f"@case({case_id!r})",
            f"async def test_{case_id.lower()}({peer}):",
            f"    sent = await {peer}.send(1, 'DataTransfer', vendorId={MISBEHAVE!r},",
            f"        messageId={name!r})",
            "    await sent.response(2, status='Accepted')",
            "",
        ]
    return _written(folder / "test_manners.py", "\n".join(lines))
