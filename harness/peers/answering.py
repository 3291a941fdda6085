"""How the CALLs of the system under test are answered: as a case prepared it, or by default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.matchers import ABSENT
from harness.ocppj.frames import Payload


@dataclass(frozen=True)
class Reply:
    """How a CALL is answered: with a payload, or with a CALLERROR ``code``.

    ``then`` runs after the answer was sent: what a real system would do next. ``held``: the answer
    waits until this is set, for ever if it never is.
    """

    payload: Payload = field(default_factory=dict[str, Any])
    code: str = ""
    then: Callable[[], Any] | None = None
    held: asyncio.Event | None = None


#: Answers a CALL (action, payload) when the case prepared nothing.
Defaults = Callable[[str, Payload], Reply]


class Answers:
    """The prepared answers of one case over the defaults of its peer."""

    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults
        self._prepared: dict[str, Callable[[Payload], Reply]] = {}

    def prepare(self, action: str, code: str, overrides: Payload) -> None:
        """Answer with the default payload changed by ``overrides``, or with a CALLERROR."""

        def prepared(payload: Payload) -> Reply:
            if code:
                return Reply(code=code)
            base = self._defaults(action, payload)
            merged = {**base.payload, **overrides}
            return Reply({k: v for k, v in merged.items() if v is not ABSENT}, then=base.then)

        self._prepared[action] = prepared

    def by(self, action: str, handler: Callable[[Payload], Reply]) -> None:
        """Answer by asking ``handler``."""
        self._prepared[action] = handler

    def by_default(self, action: str) -> None:
        """Forget what was prepared."""
        self._prepared.pop(action, None)

    def by_itself(self, action: str, payload: Payload) -> Reply:
        """The answer to a CALL of no concern to the case; raises as ``to`` does."""
        return self._defaults(action, payload)

    def to(self, action: str, payload: Payload) -> Reply:
        """The answer to one CALL; an unreadable payload raises what reading it raises."""
        prepared = self._prepared.get(action)
        return prepared(payload) if prepared else self._defaults(action, payload)
