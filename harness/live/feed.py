"""The one stream of live facts: told where they are known, heard by whoever shows them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from harness import clock
from harness.live.facts import Asked, Awaited, Fact, NoLongerAsked, NoLongerAwaited
from harness.live.so_far import SoFar

Listener = Callable[[Fact], None]


class Feed:
    """Hands each fact to its listeners at once, on the thread that tells it.

    ``so_far``: what all facts add up to, for those who come later too.
    """

    def __init__(self) -> None:
        self.so_far = SoFar()
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> None:
        """From now on, hand it every fact; it must be quick, and not fail."""
        self._listeners = (*self._listeners, listener)

    def tell(self, fact: Fact) -> None:
        """Something has come about."""
        self.so_far.hear(fact)
        for listener in self._listeners:
            listener(fact)

    @contextmanager
    def awaiting(
        self, what: str, whom: str, seconds: float, *, aloud: bool = False
    ) -> Generator[None]:
        """What is inside waits for this."""
        if not self._listeners:
            yield
            return
        wait = Awaited(what, whom, seconds, clock.is_simulated(), aloud)
        self.tell(wait)
        try:
            yield
        finally:
            self.tell(NoLongerAwaited(wait))

    @contextmanager
    def asking(self, name: str, seconds: float) -> Generator[None]:
        """The operator is asked for this meanwhile."""
        asked = Asked(name, seconds, clock.is_simulated())
        self.tell(asked)
        try:
            yield
        finally:
            self.tell(NoLongerAsked(asked))
