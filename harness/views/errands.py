"""What somebody in front of the system is asked on the page of a run, and answers there."""

from __future__ import annotations

import itertools
from concurrent.futures import Future
from dataclasses import dataclass, field

#: Where the page is, unless a phone is to find it.
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What somebody says: ``how`` is done, cannot, skip or seen; ``text`` why, or what is seen."""

    how: str
    text: str = ""


@dataclass(frozen=True, eq=False)
class Errand:
    """Something to be done or looked at; ``sees``: what is to be answered, "" if nothing is."""

    do: str
    sees: str = ""
    id: int = field(default_factory=itertools.count(1).__next__)
    answer: Future[Answer] = field(default_factory=Future[Answer])
