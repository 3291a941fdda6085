"""A question of the run's own: what is asked, and what of the answer is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """Asked of every system of a role, after the last case.

    ``id`` is its name in results and on the command line; ``asked`` says what is sent, ``wrong``
    which answers are; ``ask`` is given the peer, connected and accepted, and judges as a case does.
    """

    id: str
    title: str
    requirement: str
    asked: str
    wrong: str
    ask: Callable[[Any], Awaitable[None]]
