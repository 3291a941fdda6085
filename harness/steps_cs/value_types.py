"""Values of every type, set to variables of one type each (TC_B_11_CS; B05.FR.07)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import ABSENT, Satisfies, fact, one_of, parse_time
from harness.peers.answers import now
from harness.peers.fake_csms import FakeCSMS

#: The types of values that a variable of each type takes.
_FITTING = {
    "integer": {"integer"},
    "decimal": {"integer", "decimal"},
    "boolean": {"boolean"},
    "dateTime": {"dateTime"},
}
#: A value of the right type may still be out of range (B05.FR.08).
_FITS = one_of("Accepted", "RebootRequired", "Rejected")
#: The page's reason of a refusal, which need not be given.
_REASON = one_of(ABSENT, {"reasonCode": "InvalidValue"})
#: A transition that has come may be replaced by the next one.
_SOME_DATE = Satisfies(
    "a dateTime or nothing",
    lambda seen: seen == "" or bool(parse_time(seen)),
    {"one_of": ["", fact("dateTime")]},
)


@dataclass(frozen=True)
class Value:
    """A value of one type."""

    type: str
    text: str


def one_of_each_type(csms: FakeCSMS) -> list[Value]:
    """The five values of the page."""
    threshold = csms.sut.configured.offline_threshold
    return [
        Value("integer", str(threshold)),
        Value("decimal", f"{threshold}.1"),
        Value("boolean", "true"),
        Value("dateTime", now()),
        Value("text", "abc"),
    ]


@dataclass
class TypedVariable:
    """A variable of one type, and the value that it has or None where it is not tested.

    ``required``: a value of its type has to be Accepted.
    """

    csms: FakeCSMS
    name: str
    type: str
    required: bool
    value: str | None

    async def set(self, step: int, answer_step: int, value: Value) -> None:
        """Set it to the value, which has to be refused unless it is of its type."""
        if self.value is None:
            return
        fits = value.type in _FITTING[self.type]
        reason: dict[str, Any] = {} if fits else {"attributeStatusInfo": _REASON}
        status = await self.csms.variables.set(
            step,
            answer_step,
            {self.name: value.text},
            status=("Accepted" if self.required else _FITS) if fits else "Rejected",
            requirement="B05.FR.07, B05.FR.10, B05.FR.12",
            attributeType="Actual",
            **reason,
        )
        if status != "Rejected":
            told = await self.csms.variables.read(self.name)
            self.value = value.text if self.required else told.get(self.name, self.value)

    async def expect_kept(self, step: int) -> None:
        """Its value is still the last one that was accepted."""
        if self.value is None:
            return
        value = _SOME_DATE if self.type == "dateTime" else self.value
        await self.csms.variables.expect_value(step, self.name, value, requirement="B05.FR.07")


async def typed(
    csms: FakeCSMS, name: str, type: str, *, required: bool = False, if_writable: bool = False
) -> TypedVariable:
    """A variable of the page, tested if the station has it (and, ``if_writable``, lets it be set).

    It is put back after the case.
    """
    value = (await csms.variables.read(name)).get(name, "" if required else None)
    if if_writable and not await csms.variables.writable(name):
        value = None
    if value is not None:
        await csms.variables.remember(name)
    return TypedVariable(csms, name, type, required, value)
