"""Reading and setting the variables of a station under test, and remembering what to put back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import Satisfies, compare, fact
from harness.evidence.transcript import Kind
from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import objects
from harness.ocppj.variables import (
    Variable,
    get_item,
    key_of,
    result,
    results,
    same_value,
    set_item,
)
from harness.peers.changes import Changes
from harness.peers.declared import declared_values
from harness.peers.peer import Peer
from harness.peers.sent import result_of
from harness.peers.waits import Waits

_ACTUAL = "Actual"
_REBOOT = "RebootRequired"
_SET = ("Accepted", _REBOOT)


@dataclass(frozen=True)
class _Seen:
    """Whether the station tells of a variable, and its value if it has one to be read."""

    told: bool
    value: str | None


class StationVariables:
    """The variables of one station; texts name them ("Component.Variable[instance]")."""

    def __init__(
        self,
        peer: Peer,
        changes: Changes,
        waits: Waits,
        apply_by_reboot: Callable[[], Awaitable[None]],
    ) -> None:
        self._peer = peer
        self._changes = changes
        self._waits = waits
        self._apply_by_reboot = apply_by_reboot
        #: Whether a question was left without any answer: in this case no further one is asked.
        self.silent = False
        #: What the station has taken in this case and those before.
        self._as_set: dict[Variable, str] = {}

    def inherit(self, earlier: StationVariables) -> None:
        """Know what was set before."""
        self._as_set = dict(earlier._as_set)

    async def read(self, *names: str) -> dict[str, str]:
        """Actual values of the variables that the station has and lets be read.

        No page asks for this: of what cannot be had the caller has a default, or says so.
        """
        found = {name: await self._read_one(Variable.parse(name)) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    async def _read_one(self, variable: Variable) -> str | None:
        """One in a message: no station takes fewer (B06.FR.05, ItemsPerMessage)."""
        return (await self._look(variable)).value

    async def _look(self, variable: Variable) -> _Seen:
        """A variable as it is; where the station does not tell, as it was set or is declared."""
        item = await self.told_of(variable)
        if item:
            accepted = item["attributeStatus"] == "Accepted" and "attributeValue" in item
            if accepted:
                self._waits.learn(variable, str(item["attributeValue"]))
            return _Seen(told=True, value=str(item["attributeValue"]) if accepted else None)
        value = {**declared_values(self._peer.sut), **self._as_set}.get(variable)
        text = f"{variable} cannot be read; as it was set or is declared: {value or 'unknown'}"
        self._peer.transcript.add(Kind.NOTE, text=text)
        return _Seen(told=False, value=value)

    async def told_of(self, variable: Variable) -> Payload:
        """The element of getVariableResult about the Actual attribute; {} where there is none."""
        answer = await self._consult("GetVariables", getVariableData=[get_item(variable, _ACTUAL)])
        results = objects(answer, "getVariableResult")
        about = [each for each in results if _of(each) == variable]
        told = [each for each in about if "attributeStatus" in each]
        return told[0] if told else {}

    async def _consult(self, action: str, **payload: Any) -> Payload:
        """What is answered to a question of our own; nothing where there is no such answer."""
        if self.silent:
            return {}
        answer = await self._peer.consult(action, **payload)
        if answer is None:
            self.silent = self._peer.wire is not None
        return result_of(answer)

    async def read_number(self, name: str, default: int | None = None) -> int:
        """An integer variable; without ``default`` its absence makes the case INCONCLUSIVE."""
        value = (await self.read(name)).get(name, "")
        if not value.isdecimal() and default is not None:
            return default
        if not value.isdecimal():
            async with self._peer.before():
                message, seen = "GetVariablesResponse", value or "none"
                wanted = fact("integer")
                text = "an integer: nothing that can be declared stands for it"
                self._peer.fail("Before", message, name, text, seen, "B06.FR.10", matcher=wanted)
        return int(value)

    async def is_true(self, name: str, *, default: bool) -> bool:
        """A boolean variable, or ``default`` where the station does not have it."""
        value = (await self.read(name)).get(name)
        return default if value is None else value.lower() == "true"

    async def writable(self, *names: str) -> set[str]:
        """Those of the variables that the station has and lets be set to the value they have."""
        values = await self.read(*names)
        found: set[str] = set()
        for name, value in values.items():
            variable = Variable.parse(name)
            data = [set_item(variable, value)]
            answer = await self._consult("SetVariables", setVariableData=data)
            for item in objects(answer, "setVariableResult"):
                if _of(item) == variable and item.get("attributeStatus") in _SET:
                    found.add(name)
        return found

    async def remember(self, *names: str) -> None:
        """Put these variables back to what they are now when the case has ended."""
        for name, value in (await self.read(*names)).items():
            self._changes.variables.setdefault(Variable.parse(name), value)

    async def start_from(
        self, step: int | str, values: Mapping[str, str], wanted: Mapping[str, str]
    ) -> None:
        """Give variables other values than those that a case is about to set (``wanted``).

        A value that was there before would prove nothing; what is accepted must be there
        (B05.FR.10). They are put back after the case.
        """
        await self._configure(values, if_writable=True, confirm=False)
        taken = {name for name in values if Variable.parse(name) in self._changes.variables}
        await self.remember(*values)
        for name, value in values.items():
            if name in taken:
                await self.expect_value(step, name, value, requirement="B05.FR.10")
            else:
                await self._differ(name, wanted[name])

    async def _differ(self, name: str, wanted: str) -> None:
        """See that a variable which does not take one other value holds another all the same."""
        async with self._peer.before():
            if (await self.read(name)).get(name) != wanted:
                return
            if wanted.isdecimal():
                await self.configure({name: str(int(wanted) + 1)}, if_writable=True)
            if (await self.read(name)).get(name) != wanted:
                return
            expected = f"another value than {wanted} to be taken"
            message, matcher = "SetVariablesResponse", fact("set", other_than=wanted)
            self._peer.fail(
                "Before", message, name, expected, "refused", "B05.FR.10", matcher=matcher
            )

    async def configure(self, values: Mapping[str, str], *, if_writable: bool) -> None:
        """Set variables as preparations; see ``FakeCSMS.configure``."""
        await self._configure(values, if_writable=if_writable, confirm=True)

    async def _configure(
        self, values: Mapping[str, str], *, if_writable: bool, confirm: bool
    ) -> None:
        for name, value in values.items():
            self._peer.record.act("Before", "configure", **{name: value})
        async with self._peer.before():
            seen = {name: await self._look(Variable.parse(name)) for name in values}
            old = {name: each.value for name, each in seen.items() if each.value is not None}
            # Of one that does not tell, the answer to SetVariables says whether it has it.
            unsure = {name for name, each in seen.items() if not each.told}
            wanted = {
                name: value
                for name, value in values.items()
                if name in unsure or (old.get(name) != value and (name in old or not if_writable))
            }
            statuses: dict[Variable, str] = {}
            lost: dict[str, str] = {}
            for name, value in wanted.items():
                statuses |= await self._set({name: value})
                if confirm and statuses.get(Variable.parse(name)) == "Accepted":
                    lost |= await self._lost(name, value)
            for name, value in wanted.items():
                self._note(name, value, old, statuses, if_writable=if_writable)
            if _REBOOT in statuses.values():
                await self._apply_by_reboot()
                for name, value in wanted.items():
                    if statuses.get(Variable.parse(name)) == _REBOOT:
                        lost |= await self._lost(name, value)
        # What was accepted and not done is no preparation that cannot be made: B05.FR.10.
        for name, seen in lost.items():
            message, matcher = "GetVariablesResponse", fact("set", value=values[name])
            expected = f"{values[name]}, as it was set"
            self._peer.fail("Before", message, name, expected, seen, "B05.FR.10", matcher=matcher)

    async def _lost(self, name: str, value: str) -> dict[str, str]:
        """What a variable holds that does not hold what was accepted; nothing if it does."""
        seen = (await self.read(name)).get(name, value)
        return {} if same_value(seen, value) else {name: seen}

    def _note(
        self,
        name: str,
        value: str,
        old: Mapping[str, str],
        statuses: Mapping[Variable, str],
        *,
        if_writable: bool,
    ) -> None:
        variable = Variable.parse(name)
        status = statuses.get(variable, "missing from the response")
        if status in _SET:
            self._changes.variables.setdefault(variable, old.get(name, value))
        elif not if_writable:
            expected = f"{value} to be set"
            wanted = fact("set", value=value)
            self._peer.fail(
                "Before", "SetVariablesResponse", name, expected, status, matcher=wanted
            )

    async def _set(self, values: Mapping[str, str]) -> dict[Variable, str]:
        statuses: dict[Variable, str] = {}
        for name, value in values.items():
            # One in a message: no station takes fewer (B05.FR.11, ItemsPerMessage).
            data = [set_item(Variable.parse(name), value)]
            sent = await self._peer.send("configure", "SetVariables", setVariableData=data)
            answer = await sent.response("configure")
            for item in answer.get("setVariableResult", []):
                statuses[key_of(item)] = str(item.get("attributeStatus"))
                if item.get("attributeStatus") in _SET:
                    self._as_set[key_of(item)] = value
                    self._waits.learn(key_of(item), value)
        return statuses

    async def expect_value(
        self, step: int | str, name: str, value: str | Satisfies, requirement: str = ""
    ) -> None:
        """Read a variable and judge its value: what was answered must have been done.

        No page asks for the reading: where it cannot be had, nothing is judged.
        """
        variable = Variable.parse(name)
        data = [get_item(variable, _ACTUAL)]
        sent = await self._peer.inspect(step, "GetVariables", getVariableData=data)
        answer = await sent.settled()
        told = [] if answer is None else objects(answer.frame.payload, "getVariableResult")
        for place, item in enumerate(told):
            if _of(item) == variable:
                wanted = {"attributeStatus": "Accepted", "attributeValue": value}
                checks = compare(wanted, item, f"$.getVariableResult[{place}]")
                message = "GetVariablesResponse"
                self._peer.judge(step, message, checks, requirement, frame=sent.id)
                return
        text = f"{name} cannot be read: whether it is {value} is not known"
        self._peer.transcript.add(Kind.NOTE, text=text)

    async def expect_kept(
        self, step: int | str, values: Mapping[str, str], requirement: str = ""
    ) -> None:
        """Read variables at once and after the time of a silence, and judge their values."""
        for name, value in values.items():
            await self.expect_value(step, name, value, requirement)
        await self._peer.inbox.wait(lambda: None, self._peer.sut.limits.silence)
        for name, value in values.items():
            await self.expect_value(step, name, value, requirement)

    async def get(
        self,
        step: int | str,
        answer_step: int | str,
        values: Mapping[str, Any],
        *,
        status: Any = "Accepted",
        attribute: str | None = None,
        requirement: str = "B06.FR.01-04, B06.FR.10",
        **fields: Any,
    ) -> None:
        """Read variables in one request, as steps of the page, and judge all results.

        ``values``: what each has to be, by name; ``attribute``: the attributeType that is asked
        for; ``fields``: what else each result has to hold.
        """
        data = [get_item(Variable.parse(name), attribute) for name in values]
        sent = await self._peer.send(step, "GetVariables", getVariableData=data)
        typed = {} if attribute is None else {"attributeType": attribute}
        wanted: Any = results(
            *(
                result(name, status, **typed, attributeValue=value, **fields)
                for name, value in values.items()
            )
        )
        await sent.response(answer_step, getVariableResult=wanted, requirement=requirement)

    async def set(
        self,
        step: int | str,
        answer_step: int | str,
        values: Mapping[str, str],
        *,
        status: Any = "Accepted",
        attribute: str | None = None,
        requirement: str = "B05.FR.01-03, B05.FR.10",
        **fields: Any,
    ) -> str:
        """Set variables in one request, as steps of the page; the status of the first result.

        ``attribute``: the attributeType that is asked for; ``fields``: what else each result has
        to hold.
        """
        data = [set_item(Variable.parse(name), value, attribute) for name, value in values.items()]
        sent = await self._peer.send(step, "SetVariables", setVariableData=data)
        typed = {} if attribute is None else {"attributeType": attribute}
        wanted: Any = results(*(result(name, status, **typed, **fields) for name in values))
        answer = await sent.response(answer_step, setVariableResult=wanted, requirement=requirement)
        return str(answer["setVariableResult"][0]["attributeStatus"])


def _of(result: Payload) -> Variable | None:
    """Which variable a result is about; None where it does not say so, or of another attribute."""
    if result.get("attributeType", _ACTUAL) != _ACTUAL:
        return None
    try:
        return key_of(result)
    except UNREADABLE:
        return None
