"""Faults of the embedded systems are found: by the cases they break, at the step they break."""

from __future__ import annotations

from collections import defaultdict

import pytest

from harness.proof.embedded_run import case_functions
from harness.proof.parallel import spread
from harness.proof.trust.again import fault_cell
from harness.proof.trust.faults import Trial, Tried, all_trials, attempt
from harness.spec.roles import Role
from harness.testbed.kits import KITS, fault_named
from harness.tests.chosen import fault_cells, judge


def _by_case() -> dict[str, list[Trial]]:
    found: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in fault_cells().cells:
        found[trial.case_id].append(trial)
    return found


@pytest.mark.parametrize("trials", _by_case().values(), ids=_by_case())
def test_faults_show_where_they_must(trials: list[Trial]) -> None:
    tried = [done.found or Tried(done.item, done.error) for done in spread(attempt, trials, 1)]
    wrong = [(each.trial, each.wrong) for each in tried if each.wrong]
    judge(wrong, fault_cells(), fault_cell)


#: Rules that no fault can show: what breaks them fails a step first, or is no business of block B.
_UNSHOWN = {
    "subprotocol_is_agreed": "another sub-protocol is not let in",
    "accepted_resets_reboot": "the step that waits for the boot fails first",
    "accepted_values_are_held": "the step that reads the value fails first",
    "empty_instances_are_left_out": "a warning",
    "generated_at_is_current": "the step that takes the report fails first",
    "schedules_are_ordered": "blocks K and E",
    "tokens_are_not_repeated": "a warning",
    "transaction_ids_are_new": "a cell is one case; test_owed runs several",
}


def test_every_standing_rule_is_broken_by_a_fault() -> None:
    rules = {rule.__name__ for rule in KITS[Role.STATION].rules}
    wanted = [(Role.STATION, case_id) for case_id in case_functions(Role.STATION)]
    shown = {trial.step for trial in all_trials(wanted)}
    missing = rules - shown - set(_UNSHOWN)
    assert not missing, (
        f"no fault breaks {missing}: add one to harness/reference/faults/station that shows there"
        " (shows=(case, name of the rule)), or say in _UNSHOWN here why none can"
    )
    stale = set(_UNSHOWN) - (rules - shown)
    assert not stale, f"{stale}: shown by now, or no rule: take it out of _UNSHOWN"


def test_a_fault_is_known_by_its_name() -> None:
    assert fault_named(Role.STATION, "") is not None
    assert fault_named(Role.CSMS, "reset-not-performed") is not None, "for a run of both roles"
    with pytest.raises(KeyError, match=r"no fault 'nonsense'; there are .*reset-not-performed"):
        fault_named(Role.STATION, "nonsense")
