"""What upsets other systems but breaks nothing fails a case only where that is asked for."""

from pathlib import Path

import pytest

from harness.tests import plugin_runs


@pytest.mark.parametrize(
    ("option", "verdict"),
    [("", "PASS"), ("--strict", "PASS"), ("--fail-on-warnings", "FAIL")],
    ids=["default", "strict-is-pytest's", "fail-on-warnings"],
)
def test_a_warning_counts_if_asked_for(tmp_path: Path, option: str, verdict: str) -> None:
    manners = [("TC_B_01_CSMS", "unasked request")]
    module = plugin_runs.write_cases(tmp_path, "fake_station", manners)
    with plugin_runs.listening() as bound:
        sut = plugin_runs.csms_yaml(tmp_path, "proper", bound)
        chosen = [option] if option else []
        outcome = plugin_runs.run(tmp_path, sut, str(module), *chosen, bound=bound)
    case = outcome.cases["TC_B_01_CSMS"]
    assert case["verdict"] == verdict, case["reason"]
    judged = [each for each in case["validations"] if each["stage"] != "own"]
    broken = [each for each in judged if not each["ok"]]
    assert [(each["step"], each["severity"]) for each in broken] == [
        ("no_unexpected_message", "warning")
    ]
