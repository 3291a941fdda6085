"""What goes on, in words."""

from __future__ import annotations

from harness.evidence.values import printable, roughly, shortened
from harness.live.facts import Asked, Awaited, CaseEnded
from harness.live.so_far import SoFar, number_of

#: Longest reason in a line, in characters.
_LONGEST = 400


def status(so_far: SoFar) -> str:
    """Which case, which step, what is awaited and until when, what is left: one line."""
    parts = (_progress(so_far), place(so_far), _now(so_far), _left(so_far))
    return printable(" · ".join(part for part in parts if part))


def _progress(so_far: SoFar) -> str:
    if so_far.over:
        return "the cases are over"
    done = len(so_far.ended)
    if so_far.case is None:
        running = f", runs {side_by_side(so_far)}" if so_far.beside else ""
        return f"{done}/{so_far.cases} done{running}"
    return f"{done + 1}/{so_far.cases} {so_far.case.id}"


def side_by_side(so_far: SoFar) -> str:
    """The cases that run at once."""
    return ", ".join(each.id for each in so_far.beside)


def place(so_far: SoFar) -> str:
    """Where in the case it is."""
    if so_far.case is None:
        return ""
    if so_far.cleaning_up:
        return "cleaning up"
    number = number_of(so_far.step)
    if not number:
        return "preparation"
    return f"step {number} of {so_far.steps}" if so_far.steps >= number else f"step {number}"


def whereabouts(so_far: SoFar) -> str:
    """Case, step and time for whoever is asked for something; "" where there is no run."""
    asked = so_far.asked
    case = so_far.case.id if so_far.case else ""
    limit = f"within {asked.left:.0f} s" if asked is not None else ""
    return ", ".join(part for part in (case, place(so_far), limit) if part)


def _now(so_far: SoFar) -> str:
    asked, wait = so_far.asked, so_far.wait
    if asked is not None:
        return f"asks the operator: {asked.name}{until(asked)}"
    return waiting(wait) if wait is not None else ""


def waiting(wait: Awaited, *, until_when: bool = True) -> str:
    """For what, from whom, until when."""
    ending = until(wait) if until_when else ""
    return f"waits for {wait.what or 'what comes'} from {wait.whom}{ending}"


def until(wait: Awaited | Asked) -> str:
    """How long it is still waited; of simulated time, how long in all."""
    if wait.simulated:
        return f", {wait.seconds:g} s at most"
    return f", {wait.left:.0f} s left"


def _left(so_far: SoFar) -> str:
    left = so_far.seconds_left
    return "" if left is None else f"about {roughly(left)} left in all"


def reason(ended: CaseEnded) -> str:
    """Why it ended so, on one line; of a case that passed, what it is about."""
    text = ended.reason if ended.verdict != "PASS" else ended.title
    return shortened(printable(text), _LONGEST)
