"""Descriptions in YAML alone, of interfaces of four styles, drive a system as well as its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.operators import Operator, make, probe
from harness.proof.embedded_run import Outcome, run_cases
from harness.spec.roles import Role
from harness.sut.file import load
from harness.tests.interfaces.fakes import Behind, interface

FOLDER = Path(__file__).with_name("interfaces")
#: Easy: a button. Hard: what was arranged shows at the next boot or connection, what is held, what
#: is sent depends on an answer, and how a station may connect.
OF_CSMS = (
    *("TC_A_02_CSMS", "TC_A_07_CSMS", "TC_A_08_CSMS", "TC_A_09_CSMS", "TC_A_14_CSMS"),
    *("TC_A_19_CSMS", "TC_B_02_CSMS", "TC_B_06_CSMS", "TC_B_09_CSMS", "TC_B_12_CSMS"),
    *("TC_B_18_CSMS", "TC_B_20_CSMS", "TC_B_25_CSMS", "TC_B_26_CSMS", "TC_B_30_CSMS"),
    *("TC_B_31_CSMS", "TC_B_42_CSMS", "TC_C_06_CSMS", "TC_C_37_CSMS", "TC_C_39_CSMS"),
    *("TC_E_21_CSMS", "TC_E_29_CSMS", "TC_F_01_CSMS", "TC_F_06_CSMS", "TC_F_11_CSMS"),
    *("TC_G_03_CSMS", "TC_G_05_CSMS", "TC_G_07_CSMS", "TC_L_01_CSMS", "TC_M_20_CSMS"),
    *("TC_N_25_CSMS", "TC_N_27_CSMS"),
)
OF_STATION = (
    *("TC_A_04_CS", "TC_B_01_CS", "TC_B_20_CS", "TC_C_02_CS", "TC_C_07_CS", "TC_E_03_CS"),
    *("TC_E_09_CS", "TC_E_17_CS", "TC_E_26_CS", "TC_F_01_CS", "TC_F_06_CS", "TC_G_03_CS"),
    *("TC_M_01_CS", "TC_N_27_CS"),
)
ROLES = {"endpoints": Role.CSMS, "flat": Role.CSMS, "queue": Role.CSMS, "socket": Role.STATION}


async def through(name: str, ids: tuple[str, ...]) -> tuple[list[Outcome], int]:
    """Cases whose operator is the one described, and how often it was asked for something."""
    behind, role = Behind(), ROLES[name]
    description = FOLDER / f"{name}.yaml"
    messages = tuple(load(description, {"INTERFACE": "http://127.0.0.1:1"}).edition.actions)
    async with interface(name, behind, messages) as url:
        sut = load(description, {"INTERFACE": url})
        operator = make(sut.operator, sut)
        await operator.start()
        await probe(operator, 10)
        counted = Counted(operator)

        def put_before(embedded: Operator) -> Operator:
            behind.operator = embedded
            counted.embedded = embedded
            return counted

        try:
            return await run_cases(role, ids, operator=put_before), counted.done
        finally:
            await operator.close()


class Counted:
    """Counts what an operator has done."""

    embedded: Operator

    def __init__(self, operator: Operator) -> None:
        self.operator = operator
        self.done = 0

    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: object) -> object:
        result = await self.operator.perform(action, **parameters)
        self.done += 1
        return result

    async def renew(self) -> None:
        await getattr(self.embedded, "renew")()  # noqa: B009  # of an embedded station alone

    async def close(self) -> None: ...


@pytest.mark.parametrize("name", ROLES)
def test_cases_pass_over_it_as_over_the_operator_of_the_system(name: str) -> None:
    ids = OF_CSMS if ROLES[name] is Role.CSMS else OF_STATION
    outcomes, done = clock.run(through(name, ids), simulated=True)
    red = {
        each.result.id: each.result.reason for each in outcomes if each.verdict is not Verdict.PASS
    }
    assert red == {}
    assert done > len(ids)
