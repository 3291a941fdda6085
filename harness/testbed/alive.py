"""Whether a system under test still answers when a case is over, and what is wrong after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from harness.evidence.matchers import fact
from harness.evidence.verdict import Stage, Validation
from harness.ocppj.inbox import Broken
from harness.peers.peer import Peer
from harness.rules.frames import CaseLog, Rule
from harness.rules.judging import check_own

#: Cases that wait for a system that is not there.
PATIENCE = 2
#: An action and its payload.
Question = tuple[str, dict[str, Any]]


async def still_answers(peer: Peer, *questions: Question) -> None:
    """Ask until one is answered, whatever the answer: how good it is decides no case.

    Raises:
        CaseStopped: none was answered.
    """
    mark = peer.mark()
    for action, payload in questions:
        if await peer.consult(action, **payload) is not None or _unreadable(peer, mark):
            return
        if peer.wire is None:
            return  # it may boot, or be gone: the next case waits for it
    peer.transcript.stage = Stage.RULE
    asked = " and ".join(f"{action}Request" for action, _ in questions)
    expected, actual = f"an answer to {asked}", f"none within {peer.sut.limits.response:g} s each"
    peer.fail("alive", "answers", "", expected, actual, "Part 4, 4.1.1", matcher=fact("alive"))


def wrong_meanwhile(peer: Peer, rules: tuple[Rule, ...], since: int = 0) -> list[Validation]:
    """What broke a rule while a case was cleaned up after; it decides none.

    That something could not be put back is told with the next case.
    """
    return list(check_own(CaseLog(peer.sut, peer.inbox.events[since:], []), rules))


def last_seen(moment: datetime | None) -> str:
    """In words: since when a system has not been there."""
    return f"not seen since {moment:%F %T %Z}" if moment else "never seen"


def _unreadable(peer: Peer, since: int) -> bool:
    return any(isinstance(e, Broken) and e.own for e in peer.inbox.events[since:])
