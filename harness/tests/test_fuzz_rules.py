"""Any conforming session breaks no rule; each single deviation breaks the rule that is about it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from harness.rules.judging import check
from harness.spec.roles import Role
from harness.testbed.kits import KITS
from harness.tests import (
    spoiled_messages,
    spoiled_promises,
    spoiled_readings,
    spoiled_reports,
    spoiled_transactions,
)
from harness.tests.fuzzing import examples
from harness.tests.made_sessions import Session, sessions
from harness.tests.spoiling import Table

TABLES = {
    table.__name__.rpartition("_")[2]: table.SPOILS
    for table in (
        spoiled_messages,
        spoiled_transactions,
        spoiled_readings,
        spoiled_reports,
        spoiled_promises,
    )
}
SPOILS = {name: spoil for table in TABLES.values() for name, spoil in table.items()}
RULES = {rule.__name__: rule for rule in KITS[Role.STATION].rules}
#: What these rules read is no event but the fake CSMS's own word, and what somebody did;
#: ``test_rules`` and ``test_rules_connectors`` have their tests.
ELSEWHERE = {"only_boot_notification_before_acceptance", "available_connectors_are_empty"}
#: A session is long: to shrink one takes minutes, and its deviation says enough.
AS_FOUND = (Phase.explicit, Phase.reuse, Phase.generate)


@given(sessions())
@settings(examples(60), phases=AS_FOUND)
def test_a_conforming_session_breaks_no_rule(session: Session) -> None:
    found = list(check(session.log(), tuple(RULES.values())))
    assert [v.sentence() for v in found if not v.ok] == []
    assert {v.step for v in found} == RULES.keys()


def test_there_is_a_deviation_for_every_rule() -> None:
    spoiled = {rule for rule, _ in SPOILS.values()}
    missing = RULES.keys() - ELSEWHERE - spoiled
    assert not missing, (
        f"no deviation breaks {missing}: add one to harness/tests/spoiled_messages.py,"
        " spoiled_transactions.py, spoiled_reports.py or spoiled_promises.py (@breaks_rule)"
    )
    unknown = spoiled - RULES.keys()
    assert not unknown, f"harness/tests/spoiled_*.py break what is no rule: {unknown}"


#: One after the other: what a session and all its deviations draw has a limit.
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_each_deviation_breaks_its_rule(table: Table) -> None:
    done: Counter[str] = Counter()

    @given(sessions(), st.data())
    @settings(examples(250), phases=AS_FOUND)
    def spoil(session: Session, data: st.DataObject) -> None:
        for name, (rule, act) in table.items():
            spoiled = act(data.draw, session)
            if spoiled is None:
                continue
            done[name] += 1
            found = list(check(spoiled.log(), (RULES[rule],)))
            assert [v for v in found if not v.ok], (name, rule)

    spoil()
    assert {name: done[name] for name in table if done[name] < 3} == {}
