"""Rules about meter values and flags of transactions: logs that break them, and near misses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from harness.evidence.verdict import Severity
from harness.rules.additional import Act
from harness.rules.readings import READINGS
from harness.spec.roles import Role
from harness.tests.stories import (
    CS,
    NOW,
    Story,
    Tale,
    changed,
    check_both,
    event,
    events,
    found,
    row_ids,
    stamp,
    tell,
)

RULES = {rule.__name__: rule for rule in READINGS}
REGISTER = "Energy.Active.Import.Register"
EVSE = {"id": 1, "connectorId": 1}
BEGIN, END, CLOCK = "Transaction.Begin", "Transaction.End", "Sample.Clock"


def _sample(context: str = "", measurand: str = REGISTER, value: float = 1, **more: Any) -> Any:
    told = {"context": context} if context else {}
    return {"value": value, "measurand": measurand, **told, **more}


def _read(*samples: Any, at: float = 0) -> dict[str, Any]:
    """A meterValue field."""
    return {"meterValue": [{"timestamp": stamp(at), "sampledValue": list(samples)}]}


def _set_to(**values: str) -> Tale:
    """The station tells variables of SampledDataCtrlr."""
    told = {f"SampledDataCtrlr.{name}": value for name, value in values.items()}
    return changed(settings=told)


def _started(*samples: Any, **fields: Any) -> Any:
    return event(0, "Started", evse=EVSE, **_read(*samples), **fields)


def _set_sampling(story: Story) -> None:
    """The case sets how often samples are told."""
    name = {"component": {"name": "SampledDataCtrlr"}, "variable": {"name": "TxUpdatedInterval"}}
    story.asked("SetVariables", {"setVariableData": [{**name, "attributeValue": "10"}]})


_SAMPLING: Tale = _set_sampling


def _charged(
    seconds: int, *at: float, interval: int = 10, then: Tale | None = None, **fields: Any
) -> Tale:
    """Energy for so many seconds, sampled at these moments; ``then``: once it flows."""
    samples = [
        event(2 + n, trigger="MeterValuePeriodic", timestamp=stamp(t), **_read(_sample(), at=t))
        for n, t in enumerate(at)
    ]
    return tell(
        events(
            event(0, "Started", evse=EVSE),
            event(1, info={"chargingState": "Charging"}, **fields),
        ),
        *([then] if then else []),
        events(
            *samples,
            event(9, "Ended", timestamp=stamp(seconds), info={"chargingState": "EVConnected"}),
        ),
        _set_to(TxUpdatedMeasurands=REGISTER, TxUpdatedInterval=str(interval)),
    )


def _back(offline: bool, seconds: float, *acts: Tale, **fields: Any) -> Tale:
    """Events before an interruption, and one that happened so long after the reconnection."""

    def after(story: Story) -> None:
        happened = stamp(story.clock + seconds)
        story.wait(seconds).told(
            "TransactionEvent", event(1, timestamp=happened, offline=offline, **fields)
        )

    return tell(
        lambda s: s.opened(1),
        lambda s: s.told("TransactionEvent", event(0, "Started")),
        lambda s: s.closed(1),
        lambda s: s.wait(60),
        lambda s: s.opened(1),
        *acts,
        after,
    )


def _presented(done: float | None, trigger: str = "Authorized") -> Tale:
    """A driver presents an idToken until then, offline, and an event tells of it a minute later."""
    end = None if done is None else NOW + timedelta(seconds=done)
    act = Act("present_token", NOW + timedelta(seconds=5), 1, ended=end)
    return tell(changed(acts=(act,)), _back(True, 1, trigger=trigger))


def _meters(*values: float, evse: int = 1) -> Tale:
    def tale(story: Story) -> None:
        for at, value in enumerate(values):
            told = {"evseId": evse, **_read(_sample(CLOCK, value=value), at=at)}
            story.told("MeterValues", told)

    return tale


def _values(context: str, *, at: float) -> Tale:
    """MeterValues with one sample that was read then."""
    told = {"evseId": 1, **_read(_sample(context), at=at)}
    return lambda story: story.told("MeterValues", told)


def _told_in(unit: str, measurand: str) -> Tale:
    """MeterValues with one sample in that unit."""
    sampled = {**_sample(CLOCK), "measurand": measurand, "unitOfMeasure": {"unit": unit}}
    told = {"evseId": 1, **_read(sampled, at=0)}
    return lambda story: story.told("MeterValues", told)


_ENERGY = _set_to(TxStartedMeasurands=REGISTER, TxEndedMeasurands=REGISTER)

#: Rule, role, tale: these break the rule, in the field with this path.
BROKEN: list[tuple[str, Role, Tale, str]] = [
    ("configured_values_are_told", CS, tell(events(_started()), _ENERGY), "meterValue"),
    (
        "configured_values_are_told",
        CS,
        tell(events(_started(_sample(BEGIN, "Voltage"))), _ENERGY),
        "meterValue",
    ),
    ("configured_values_are_told", CS, tell(events(_started(_sample(CLOCK))), _ENERGY), "meter"),
    (
        "configured_values_are_told",
        CS,
        tell(
            events(event(0, "Started"), event(1, evse=EVSE, info={"chargingState": "Charging"})),
            _ENERGY,
        ),
        "meterValue",
    ),
    (
        "configured_values_are_told",
        CS,
        tell(events(_started(_sample(BEGIN)), event(1, "Ended", timestamp=stamp(9))), _ENERGY),
        "meterValue",
    ),
    ("samples_are_told_once", CS, events(event(0, **_read(_sample(), _sample()))), "meterValue"),
    (
        "samples_are_told_once",
        CS,
        events(
            *(event(n, trigger="MeterValuePeriodic", **_read(_sample(), at=5)) for n in range(2))
        ),
        "meterValue",
    ),
    (
        "meter_triggers_fit_their_values",
        CS,
        events(event(0, trigger="MeterValueClock", **_read(_sample("Sample.Periodic")))),
        "meterValue",
    ),
    (
        "meter_triggers_fit_their_values",
        CS,
        events(event(0, trigger="MeterValuePeriodic", **_read(_sample("Other")))),
        "meterValue",
    ),
    (
        "meter_triggers_fit_their_values",
        CS,
        events(event(0, trigger="MeterValuePeriodic")),
        "meter",
    ),
    ("samples_come_at_their_interval", CS, _charged(60, 20, 40), "meterValue"),
    ("samples_come_at_their_interval", CS, tell(_SAMPLING, _charged(60)), "meterValue"),
    ("samples_come_at_their_interval", CS, _charged(20, interval=10), "meterValue"),
    (
        "registers_only_grow",
        CS,
        events(_started(_sample(BEGIN, value=50)), event(1, **_read(_sample(value=40), at=9))),
        "meterValue",
    ),
    (
        "registers_only_grow",
        CS,
        events(
            _started(_sample(BEGIN, value=5, unitOfMeasure={"unit": "kWh"})),
            event(1, **_read(_sample(value=40, unitOfMeasure={"unit": "Wh"}), at=9)),
        ),
        "meterValue",
    ),
    ("registers_only_grow", CS, _meters(50, 40), "meterValue"),
    ("registers_only_grow", CS, _meters(-50), "meterValue"),
    ("offline_flag_is_not_kept", CS, _back(True, 30), "offline"),
    (
        "offline_flag_is_not_kept",
        CS,
        _back(
            True,
            1,
            lambda s: s.asked("RequestStopTransaction", {"transactionId": "t"}),
            trigger="RemoteStop",
        ),
        "offline",
    ),
    ("offline_flag_is_not_kept", CS, _presented(6), "timestamp"),
    (
        "transactions_stay_where_they_are",
        CS,
        events(_started(), event(1, "Ended", evse={"id": 2, "connectorId": 1})),
        "evse",
    ),
    (
        "readings_are_recent",
        CS,
        events(event(0, "Started", **_read(_sample(BEGIN), at=-7200))),
        "$.meterValue[0].timestamp",
    ),
    ("readings_are_recent", CS, _values("Trigger", at=-7200), "$.meterValue[0].timestamp"),
    ("units_fit_their_measurand", CS, _told_in("V", REGISTER), "$.meterValue unit of"),
    ("units_fit_their_measurand", CS, _told_in("Wh", "Voltage"), "$.meterValue unit of"),
]
#: Rule, role, tale: these do not.
HELD: list[tuple[str, Role, Tale]] = [
    ("configured_values_are_told", CS, events(_started())),
    ("configured_values_are_told", CS, tell(events(_started()), _set_to(TxStartedMeasurands=""))),
    (
        "configured_values_are_told",
        CS,
        tell(events(_started()), _set_to(TxStartedMeasurands=REGISTER, Enabled="false")),
    ),
    (
        "configured_values_are_told",
        CS,
        tell(events(_started(_sample(BEGIN), _sample(CLOCK, "Voltage"))), _ENERGY),
    ),
    # E01.FR.17: the EVSE is not known yet, or never.
    ("configured_values_are_told", CS, tell(events(event(0, "Started")), _ENERGY)),
    (
        "configured_values_are_told",
        CS,
        tell(
            events(
                event(0, "Started"),
                event(1, evse=EVSE, info={"chargingState": "Charging"}, **_read(_sample(BEGIN))),
            ),
            _ENERGY,
        ),
    ),
    (
        "configured_values_are_told",
        CS,
        tell(
            events(event(0, "Started"), event(1, "Ended", info={"stoppedReason": "Timeout"})),
            _ENERGY,
        ),
    ),
    # E02.FR.11: spread over events of one time.
    (
        "configured_values_are_told",
        CS,
        tell(events(_started(), event(1, **_read(_sample(BEGIN)))), _ENERGY),
    ),
    (
        "configured_values_are_told",
        CS,
        tell(
            events(
                _started(_sample(BEGIN)),
                event(1, "Ended", timestamp=stamp(9), info={"stoppedReason": "PowerLoss"}),
            ),
            _ENERGY,
        ),
    ),
    # What only the vehicle knows.
    (
        "configured_values_are_told",
        CS,
        tell(events(_started(_sample(BEGIN))), _set_to(TxStartedMeasurands=f"{REGISTER},SoC")),
    ),
    (
        "samples_are_told_once",
        CS,
        events(event(0, **_read(_sample(phase="L1"), _sample(phase="L2"), _sample(BEGIN)))),
    ),
    (
        "samples_are_told_once",
        CS,
        events(
            event(0, trigger="MeterValuePeriodic", **_read(_sample())),
            event(1, "Ended", **_read(_sample())),
        ),
    ),
    (
        "meter_triggers_fit_their_values",
        CS,
        events(
            event(0, trigger="MeterValueClock", **_read(_sample(CLOCK), _sample(measurand="SoC"))),
            event(1, trigger="MeterValuePeriodic", **_read(_sample())),
            event(2, trigger="Trigger", **_read(_sample("Trigger"))),
        ),
    ),
    ("samples_come_at_their_interval", CS, _charged(60, 10, 20, 30, 40, 50)),
    ("samples_come_at_their_interval", CS, _charged(60, 9, 19, 29, 39, 49, interval=0)),
    ("samples_come_at_their_interval", CS, _charged(19)),
    ("samples_come_at_their_interval", CS, _charged(60, then=_SAMPLING)),
    # J02.FR.12: offline, some may be dropped.
    ("samples_come_at_their_interval", CS, _charged(60, offline=True)),
    (
        "registers_only_grow",
        CS,
        events(
            _started(_sample(BEGIN, value=50)),
            event(1, **_read(_sample(value=50, measurand="Voltage"), at=4)),
            event(2, **_read(_sample(value=20, measurand="Voltage"), at=9)),
            event(3, **_read(_sample(value=0.05, unitOfMeasure={"unit": "kWh"}), at=9)),
        ),
    ),
    # Told late: the time of the reading counts.
    (
        "registers_only_grow",
        CS,
        events(
            event(0, "Started", **_read(_sample(value=60), at=9)),
            event(1, **_read(_sample(BEGIN, value=50))),
        ),
    ),
    ("registers_only_grow", CS, tell(_meters(50), _meters(40, evse=2))),
    ("offline_flag_is_not_kept", CS, _back(False, 30)),
    ("offline_flag_is_not_kept", CS, _back(True, 2)),
    ("offline_flag_is_not_kept", CS, _back(True, 2, trigger="RemoteStop")),
    # Nobody knows of drivers, or they are not done, or have only just been there.
    ("offline_flag_is_not_kept", CS, _back(True, 1, trigger="Authorized")),
    ("offline_flag_is_not_kept", CS, _presented(None)),
    ("offline_flag_is_not_kept", CS, _presented(60)),
    ("offline_flag_is_not_kept", CS, _presented(6, "MeterValuePeriodic")),
    (
        "transactions_stay_where_they_are",
        CS,
        events(event(0, "Started", evse={"id": 2}), event(1, evse=EVSE), event(2, evse=EVSE)),
    ),
    (
        "transactions_stay_where_they_are",
        CS,
        events(
            event(0, "Started", evse=EVSE),
            event(1, evse={**EVSE, "customData": {"vendorId": "Vendor"}}),
        ),
    ),
    # Kept while offline, or read now and then.
    (
        "readings_are_recent",
        CS,
        events(event(0, "Started", offline=True, **_read(_sample(BEGIN), at=-7200))),
    ),
    ("readings_are_recent", CS, events(event(0, "Started", **_read(_sample(BEGIN), at=-600)))),
    ("readings_are_recent", CS, _values(CLOCK, at=-7200)),
    ("units_fit_their_measurand", CS, _told_in("kWh", REGISTER)),
    ("units_fit_their_measurand", CS, _told_in("V", "Voltage")),
    # Of its own, or of none there is.
    ("units_fit_their_measurand", CS, _told_in("any", "Power.Factor")),
    ("units_fit_their_measurand", CS, _values(CLOCK, at=0)),
]


@pytest.mark.parametrize(("name", "role", "tale", "path"), BROKEN, ids=row_ids(BROKEN))
def test_a_log_that_breaks_the_rule(name: str, role: Role, tale: Tale, path: str) -> None:
    breaches = found(RULES[name], role, tale)
    assert [each for each in breaches if each.severity is Severity.FAILURE]
    assert all(path in breach.path for breach in breaches), breaches


@pytest.mark.parametrize(("name", "role", "tale"), HELD, ids=row_ids(HELD))
def test_a_near_miss_that_does_not(name: str, role: Role, tale: Tale) -> None:
    assert found(RULES[name], role, tale) == []


def test_every_rule_has_both() -> None:
    check_both(RULES, BROKEN, HELD)


def test_one_measurand_more_is_legal_but_warned_of() -> None:
    told = _started(_sample(BEGIN), _sample(BEGIN, "Voltage"))
    [breach] = found(RULES["configured_values_are_told"], CS, tell(events(told), _ENERGY))
    assert breach.severity is Severity.WARNING
