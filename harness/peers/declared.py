"""Values of variables that the description of a station tells, where the station does not."""

from __future__ import annotations

from harness.ocppj.variables import Variable
from harness.sut.model import Sut


def declared_values(sut: Sut) -> dict[Variable, str]:
    """By variable."""
    features, configured = sut.edition.features, sut.configured
    values = {
        "TxCtrlr.TxStartPoint": features.only_start_point(sut.features)
        or configured.tx_start_point,
        "TxCtrlr.TxStopPoint": features.only_stop_point(sut.features) or configured.tx_stop_point,
        "OCPPCommCtrlr.NetworkConfigurationPriority": str(configured.slot_1.slot),
    }
    return {Variable.parse(name): value for name, value in values.items() if value}


def declared(sut: Sut, name: str) -> str:
    """The value of a variable as the description has it, "" where it says nothing of it."""
    return declared_values(sut).get(Variable.parse(name), "")
