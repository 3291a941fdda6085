"""What a CSMS says of signed firmware, against files that the description names (L01.FR.09)."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import run_cases
from harness.reference.faults.base import Alter, inside, request
from harness.reference.rpc import Payload
from harness.spec.roles import Role
from harness.testbed.kits import embedded_sut

CASE = "TC_L_04_CSMS"
IN_LINES = base64.encodebytes(bytes(range(200))).decode()
NO_BASE64 = "no signature at all"


def _sent(signature: str) -> Alter:
    def change(firmware: Payload) -> None:
        firmware["signature"] = signature

    return request("UpdateFirmware", inside("firmware", change))


def verdict(tmp_path: Path, named: str, sent: str) -> Verdict:
    """Of a CSMS that sends this signature where the file of the operator names that."""
    file = tmp_path / "firmware.sig"
    file.write_text(named, encoding="ascii")
    sut = embedded_sut(Role.CSMS)
    sut = replace(sut, firmware=replace(sut.firmware, signature_file=str(file)))

    def alter(csms: Any) -> None:
        _sent(sent)(csms, lambda: None)

    run = run_cases(Role.CSMS, [CASE], sut=sut, alter=alter)
    [outcome] = clock.run(run, simulated=True)
    return outcome.verdict


@pytest.mark.parametrize("sent", [IN_LINES, "".join(IN_LINES.split())])
def test_how_the_lines_of_a_signature_are_broken_does_not_matter(tmp_path: Path, sent: str) -> None:
    assert verdict(tmp_path, IN_LINES, sent) is Verdict.PASS


@pytest.mark.parametrize("sent", ["", NO_BASE64, IN_LINES[8:], "absent"])
def test_another_signature_is_noticed(tmp_path: Path, sent: str) -> None:
    assert verdict(tmp_path, IN_LINES, sent) is Verdict.FAIL


@pytest.mark.parametrize(("sent", "wanted"), [(NO_BASE64, "PASS"), ("none either", "FAIL")])
def test_what_is_no_base64_is_compared_as_it_is(tmp_path: Path, sent: str, wanted: str) -> None:
    assert verdict(tmp_path, NO_BASE64, sent) is Verdict(wanted)
