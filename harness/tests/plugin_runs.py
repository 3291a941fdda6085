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
#: Seconds that a case may take: on a machine that has much to do, it takes a few.
CASE = 12
LIMITS = (
    "{response: 0.6, event: 0.4, boot: 0.6, connect: 0.6, silence: 0.2, settle: 0.1, operator: 1,"
    f" case: {CASE}}}"
)
#: As short as the limits, which a description must allow for.
CONFIGURED = """{transaction_duration: 0, heartbeat_interval: 1, offline_threshold: 2,
  retry_back_off_wait_minimum: 0, ev_connection_time_out: 2, tx_updated_interval: 1,
  aligned_data_interval: 1, aligned_data_tx_ended_interval: 1, sampled_data_tx_ended_interval: 1,
  message_attempt_interval: 1, cert_signing_wait_minimum: 1,
  slot_1: {slot: 1, message_timeout: 1}}"""


def station_yaml(folder: Path, kind: str, limits: str = LIMITS, port: int = 0) -> Path:
    """A description of a ``Station``; the harness listens at ``port``, or at one that is free."""
    return _written(
        folder / "station.yaml",
        f"""\
name: A bad station
role: CS
security_profile: 0
listen: {{port: {port}, port_2: 0}}
profiles: {json.dumps(sorted(DEFAULT.features.profiles))}
features: {json.dumps(sorted(DEFAULT.features.known[Role.STATION]))}
limits: {limits}
configured: {CONFIGURED}
pace: {{reaction: 0, reconnect: 0}}
operator:
  kind: python
  settings:
    {{class: "harness.tests.bad_suts:Station", csms_url: "{{csms_url}}", kind: "{kind}"}}
""",
    )


def csms_yaml(
    folder: Path, kind: str, bound: socket.socket, limits: str = LIMITS, *, serves: bool = True
) -> Path:
    """A description of a ``Csms``, whose socket ``run`` hands on; deaf unless it ``serves``."""
    return _written(
        folder / "csms.yaml",
        f"""\
name: A bad CSMS
role: CSMS
security_profile: 0
url: ws://127.0.0.1:{bound.getsockname()[1]}/ocpp
profiles: {json.dumps(sorted(DEFAULT.features.profiles))}
features: {json.dumps(sorted(DEFAULT.features.known[Role.CSMS]))}
limits: {limits}
configured: {CONFIGURED}
pace: {{reaction: 0, reconnect: 0}}
operator:
  kind: python
  settings:
    class: "harness.tests.bad_suts:Csms"
    descriptor: {bound.fileno() if serves else -1}
    kind: "{kind}"
""",
    )


def listening() -> socket.socket:
    """A socket for a ``Csms``, bound where nobody else is."""
    return socket.create_server(("127.0.0.1", 0))


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


def run(
    folder: Path,
    sut: Path,
    *arguments: str,
    bound: socket.socket | None = None,
    limit: float = 300,
) -> Outcome:
    """Run pytest on a system under test and wait for its end, ``limit`` seconds at most.

    ``bound`` is the socket of a CSMS.
    """
    began = time.monotonic()
    done = subprocess.run(
        command(folder, sut, *arguments),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=limit,
        pass_fds=() if bound is None else (bound.fileno(),),
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
