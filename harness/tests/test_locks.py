"""What faults name and locks say fits together, and is rewritten with care alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.cli import lock as command
from harness.cli.main import main
from harness.proof.embedded_run import case_functions
from harness.proof.trust import locks
from harness.proof.trust.fault_files import fault_files
from harness.proof.trust.faults import Trial, Tried, all_trials
from harness.proof.trust.locks import GREEN, Lock, LockError, load_all, read, write
from harness.proof.trust.relock import Kind, changes, renewed, wanted_trials
from harness.spec.roles import Role
from harness.testbed.kits import KITS

_CASE, _FAULT = "TC_B_20_CS", "clock-ahead"
_ONE = r"(?:[A-Z]\d\d\.FR\.\d+(?:-\d+)?|Part \d(?:,| [A-Z]) [\d.]+(?:-[\d.]+)?)"
_CITATION = re.compile(f"{_ONE}(?:, {_ONE})*")


# -- what is there


@pytest.mark.parametrize("role", list(Role))
def test_a_fault_has_a_purpose(role: Role) -> None:
    for fault in KITS[role].faults.values():
        case_id, step = fault.shows
        assert case_id in case_functions(role), f"shows of {fault.name} names no case: {case_id}"
        assert step, f"shows of {fault.name} names no step"
        cited = _CITATION.fullmatch(fault.requirement)
        assert cited, f"requirement of {fault.name} is no citation: {fault.requirement}"


def test_locks_name_known_faults_and_not_those_whose_purpose_the_case_is() -> None:
    roles = {case_id: role for role in Role for case_id in case_functions(role)}
    for case_id, lock in load_all().items():
        known, mend = KITS[roles[case_id]].faults, f"python -m harness lock --case {case_id}"
        unknown = lock.faults.keys() - known.keys()
        assert not unknown, f"no faults {unknown}: {mend}"
        own = [name for name in lock.faults if known[name].shows[0] == case_id]
        assert not own, f"{own} are shown by this case anyway: {mend}"
        both = lock.faults.keys() & lock.dropped.keys()
        assert not both, f"{both} both found and dropped: {mend}"


def test_every_lock_is_as_it_would_be_written() -> None:
    for case_id, lock in load_all().items():
        path = locks.path_beside(case_id, locks.SUFFIX)
        as_written = path.read_text("utf-8") == locks.text(case_id, lock)
        assert as_written, f"do not edit {path.name}: python -m harness lock --case {case_id}"


@pytest.mark.parametrize("role", list(Role))
def test_every_case_has_a_fault_that_turns_it_red(role: Role) -> None:
    trials = all_trials([(role, case_id) for case_id in case_functions(role)])
    fails = {name for name, fault in KITS[role].faults.items() if fault.verdict == "FAIL"}
    red = {t.case_id for t in trials if t.step != GREEN and t.fault in fails}
    system = {Role.STATION: "station", Role.CSMS: "CSMS"}[role]
    missing = [
        f"no fault of the embedded {system} turns {case_id} red:"
        f" add one to {' or '.join(fault_files(case_id))}"
        for case_id in sorted(set(case_functions(role)) - red)
    ]
    assert not missing, "\n".join(missing)


# -- the file


@pytest.mark.parametrize("text", ["[]", "1", "faults: [x]", "faults: {x: 1}", "red: {}"])
def test_what_is_no_lock_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "test_tc_b_20_cs.lock.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(LockError, match=path.name):
        read(path)


def test_a_lock_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock.yaml"
    monkeypatch.setattr(locks, "path_beside", lambda _case, _suffix: path)
    lock = Lock({"b": GREEN, "a": "3>Booted 5"}, {"c": 'said "no": why'})
    write(_CASE, lock)
    assert read(path) == lock
    assert path.read_text("utf-8").index("a:") < path.read_text("utf-8").index("b:")
    write(_CASE, Lock())
    assert not path.exists()


# -- rewriting

_OLD = Lock({"stays": "2", "moves": "2", "goes": "2", "minds": GREEN, "still-green": GREEN})
_NOW = {
    **{"stays": "2", "moves": "5", "goes": GREEN, "minds": "", "still-green": GREEN},
    **{"comes": "3", "never-mind": GREEN, "undecided": ""},
}


def test_what_changed_is_told_apart() -> None:
    found = {change.fault: change.kind for change in changes(_CASE, _OLD, _NOW)}
    assert found == {
        "comes": Kind.ADDED,
        "moves": Kind.MOVED,
        "goes": Kind.LOST,
        "minds": Kind.LOST,
    }


def test_what_is_lost_keeps_its_reason() -> None:
    changed = changes(_CASE, _OLD, _NOW)
    with pytest.raises(KeyError):
        renewed(_OLD, changed, {"goes": "why"})
    new = renewed(_OLD, changed, {"goes": "why", "minds": "because"})
    assert new.faults == {"stays": "2", "moves": "5", "comes": "3", "still-green": GREEN}
    assert new.dropped == {"goes": "why", "minds": "because"}
    back = renewed(new, changes(_CASE, new, {"goes": "2"}), {})
    assert (back.faults["goes"], "goes" in back.dropped) == ("2", False)


def test_known_faults_run_unless_others_are_named() -> None:
    wanted = [(Role.STATION, _CASE)]
    lock = {_CASE: Lock({_FAULT: "2"})}
    known = {trial.fault for trial in wanted_trials(wanted, lock, [])}
    faults = KITS[Role.STATION].faults.items()
    assert known == {_FAULT, *(name for name, fault in faults if fault.shows[0] == _CASE)}
    [named] = wanted_trials(wanted, {}, ["clock-*"])
    assert named == Trial(Role.STATION, _FAULT, _CASE, "")
    assert len(wanted_trials(wanted, {}, ["*"])) == len(KITS[Role.STATION].faults)
    with pytest.raises(LookupError, match="nonsense"):
        wanted_trials(wanted, {}, ["*", "nonsense"])


# -- the command


@pytest.fixture
def lock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lock.yaml"
    monkeypatch.setattr(locks, "path_beside", lambda _case, _suffix: path)
    write(_CASE, Lock({_FAULT: "timestamps_are_current"}))
    return path


def _shows(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    trial = Trial(Role.STATION, _FAULT, _CASE, "timestamps_are_current")
    monkeypatch.setattr(command, "run", lambda _trials, _jobs: [Tried(trial, "not FAIL", step)])


_COMMAND = ("lock", "--case", _CASE, "--fault", _FAULT)


def test_a_red_is_not_lost_without_a_reason(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lock_file.read_text("utf-8")
    _shows(monkeypatch, GREEN)
    assert main(_COMMAND) == 1
    assert lock_file.read_text("utf-8") == before
    said = capsys.readouterr()
    assert f"- {_CASE} {_FAULT}: timestamps_are_current -> green" in said.out
    assert f"--accept '{_FAULT}=REASON'" in said.err
    assert main((*_COMMAND, "--accept", f"{_FAULT}=the clock is judged elsewhere")) == 0
    assert read(lock_file) == Lock({}, {_FAULT: "the clock is judged elsewhere"})


def test_what_is_added_is_written_and_told(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(_CASE, Lock())
    _shows(monkeypatch, "3")
    assert main(_COMMAND) == 0
    assert read(lock_file) == Lock({_FAULT: "3"})
    assert f"+ {_CASE} {_FAULT}: 3" in capsys.readouterr().out


@pytest.mark.parametrize("more", [("--accept", "x"), ("--accept", "=x"), ("--fault", "nonsense")])
def test_what_cannot_be_meant_is_a_usage_error(more: tuple[str, str]) -> None:
    assert main(("lock", "--case", _CASE, *more)) == 2


def test_a_fault_that_does_not_show_in_its_own_case_stops_all(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = Trial(Role.STATION, "reset-not-performed", _CASE, "3")
    monkeypatch.setattr(command, "run", lambda _trials, _jobs: [Tried(own, "not FAIL", GREEN)])
    before = lock_file.read_text("utf-8")
    assert main(_COMMAND) == 1
    assert "reset-not-performed does not show in its case" in capsys.readouterr().err
    assert lock_file.read_text("utf-8") == before
