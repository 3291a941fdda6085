"""The mutants of recorded runs: pure, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from harness.ocppj.frames import Payload
from harness.proof.mutation.fields import FieldChange, changes, times, unjudged
from harness.proof.mutation.plan import (
    RUNNING,
    How,
    Mutant,
    Recording,
    SentFrame,
    Silence,
    Unproven,
)
from harness.proof.mutation.shape import Path, family, show, with_value
from harness.proof.mutation.typed import another, sample
from harness.proof.mutation.wanted import fields_of
from harness.reference.rpc import CALL, ERROR, RESULT

#: Most mutants of one kind in places of one kind of a frame (the items of a report).
ALIKE = 3
#: Comes whenever it comes, in one run more often than in another.
_WHENEVER = "Heartbeat"
#: Broken by this message is a silence in which none at all may be sent.
_ANY = "StatusNotification"
#: What standing rules see in every case alike is proven once per message.
_SEEN_ALIKE = frozenset({How.ECHO, How.WRONG_ID, How.WRONG_TYPE})


def derive(recordings: Sequence[Recording], seed: int = 1) -> list[Mutant]:
    """All mutants worth a run, in the order of the cases."""
    return _without_copies(with_copies(recordings, seed))


def with_copies(recordings: Sequence[Recording], seed: int = 1) -> list[Mutant]:
    """The mutants of each case, also those that are proven in another one."""
    return [mutant for each in recordings for mutant in _of_case(each, str(seed))]


def unproven(recordings: Sequence[Recording]) -> list[Unproven]:
    """Validations that no mutant breaks: what they judged is not known, or not how to break it."""
    return [
        Unproven(each.case_id, text)
        for each in recordings
        for text in (*each.unplaced, *_unbreakable(each))
    ]


def _unbreakable(recording: Recording) -> Iterator[str]:
    for frame in recording.frames:
        for judged in frame.judged:
            breakable = not judged.path or frame.id.kind == ERROR
            if not breakable and not any(True for _ in changes(frame, judged, "")):
                where = f"{frame.id.message} {show(judged.path)}"
                yield f"step {judged.step}: {where}: {judged.matcher}"


def _of_case(recording: Recording, seed: str) -> Iterator[Mutant]:
    def mutant(frame: SentFrame, how: How, **more: Any) -> Mutant:
        return Mutant(
            recording.role,
            recording.case_id,
            recording.variant,
            frame.id,
            how,
            before=frame.before,
            claimed=bool(frame.steps),
            answer=frame.answer,
            **more,
        )

    if not recording.frames:
        return  # a case of connections alone: nothing was sent that could be changed
    yield Mutant(*_case(recording), recording.frames[0].id, How.CONTROL)
    for frame in recording.frames:
        if frame.id.action == _WHENEVER and frame.id.kind == CALL and not frame.steps:
            continue
        yield from _of_frame(frame, mutant)
        yield from _of_fields(frame, seed, mutant)
    for silence in recording.silences:
        yield _of_silence(recording, silence)


def _case(recording: Recording) -> tuple[Any, str, str]:
    return recording.role, recording.case_id, recording.variant


_Make = Callable[..., Mutant]


def _of_frame(frame: SentFrame, mutant: _Make) -> Iterator[Mutant]:
    if frame.own:
        return  # whether it is had decides nothing, only what it says
    if frame.id.kind == CALL:
        for how in (How.DROP, How.DELAY, How.REPEAT, How.ECHO, How.WRONG_ID):
            yield mutant(frame, how)
        if frame.follower is not None and frame.answer is not None:
            yield mutant(frame, How.SWAP, follower=frame.follower)
    elif frame.id.kind == RESULT:
        for how in (How.DROP, How.DELAY, How.ECHO, How.WRONG_ID, How.CALLERROR):
            yield mutant(frame, how)
    elif frame.id.kind == ERROR:
        for how in (How.DROP, How.CALLRESULT, How.CALLERROR):
            yield mutant(frame, how)


def _of_fields(frame: SentFrame, seed: str, mutant: _Make) -> Iterator[Mutant]:
    if frame.id.kind == ERROR:
        return
    alike: Counter[tuple[How, str]] = Counter()
    for steps, (how, edit) in _changes(frame, seed):
        kind = (how, family(edit.path))
        alike[kind] += 1
        if alike[kind] <= (ALIKE if steps else 1):
            yield mutant(frame, how, steps=steps, edit=edit)


def _changes(frame: SentFrame, seed: str) -> Iterator[tuple[tuple[str, ...], FieldChange]]:
    for judged in frame.judged:
        for change in changes(frame, judged, seed):
            yield frame.steps, change
    if frame.steps and not frame.own:
        for change in (*times(frame), *unjudged(frame, seed)):
            yield (), change


def _of_silence(recording: Recording, silence: Silence) -> Mutant:
    return Mutant(
        *_case(recording),
        silence.after,
        How.SPEAK,
        steps=(silence.step,),
        extra=_unwanted(silence),
    )


def _unwanted(silence: Silence) -> tuple[str, Payload]:
    """A message of which a silence says that it must not be sent."""
    action = silence.message or _ANY
    message = f"{action}Request"
    payload: Payload = sample(message, ())
    for path, wanted in fields_of(silence.fields):
        if path:
            payload = with_value(payload, path, _example(message, path, wanted))
    return action, payload


def _example(message: str, path: Path, wanted: Any) -> Any:
    """A value that a matcher accepts."""
    if path[-1] == "transactionId":
        return RUNNING  # It differs from run to run.
    value = sample(message, path)
    match wanted:
        case {"not": wrong}:
            rng = random.Random(str(path))
            return value if value != wrong else another(message, path, value, rng)
        case {"text": text}:
            return cast(str, text)
        case dict():
            return value
        case _:
            return wanted


def _without_copies(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Once what is the same in every case: preparations, background, what standing rules see."""
    seen: set[object] = set()
    kept: list[Mutant] = []
    for each in mutants:
        key = sameness(each)
        if key not in seen:
            seen.add(key)
            kept.append(each)
    return kept


def sameness(mutant: Mutant) -> object:
    """What mutants have in common of which one run proves all."""
    where = (mutant.role, mutant.frame.message, mutant.how)
    if mutant.how in _SEEN_ALIKE:
        return (*where, family(mutant.edit.path) if mutant.edit else "")
    place = (mutant.edit.path, str(mutant.edit.value)) if mutant.edit else ()
    if (mutant.before or not mutant.claimed) and mutant.how is not How.CONTROL:
        return (*where, place, mutant.frame.says)
    return (*where, place, mutant.frame, mutant.case_id, mutant.extra is None)
