"""Whether meter values that were sent are of the times and kinds that a page wants."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from harness.evidence.matchers import parse_time
from harness.proof.pages.signed import is_signed

#: Seconds between the making of a time and the sending of its message.
_AT_ONCE = timedelta(seconds=2)


def is_on_clock(value: Any, seconds: float) -> bool:
    """Whether a time is a multiple of so many seconds since midnight."""
    moment = parse_time(value)
    if moment is None:
        return False
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - midnight) % timedelta(seconds=seconds) == timedelta(0)


def is_measured(values: Any, wanted: Mapping[str, Any], at: datetime) -> bool:
    """Whether these are two readings or more, so far apart, then one of the end.

    ``wanted``: ``context`` of the first ones and of the ``last`` one, ``seconds`` between them, on
    the clock where the context is Sample.Clock, and whether they are ``signed``.
    """
    readings = cast(list[Any], values) if isinstance(values, list) else []
    *earlier, last = [_told(each, signed=wanted["signed"]) for each in readings] or [None]
    told = [each for each in earlier if each is not None]
    if last is None or len(told) < max(len(earlier), 2):
        return False
    contexts = {context for _, context in told}
    moments = [moment for moment, _ in told]
    interval = timedelta(seconds=wanted["seconds"])
    apart = all(b - a == interval for a, b in itertools.pairwise(moments))
    text = moments[0].isoformat()
    aligned = wanted["context"] != "Sample.Clock" or is_on_clock(text, wanted["seconds"])
    complete = last[0] - interval <= moments[-1] <= last[0]
    of_the_end = last[1] == wanted["last"] and abs(last[0] - at) <= _AT_ONCE
    return contexts == {wanted["context"]} and apart and aligned and complete and of_the_end


def _told(reading: Any, *, signed: bool) -> tuple[datetime, str] | None:
    """Time and context of a reading of one value; None if it is none, or not signed as wanted."""
    match reading:
        case {"timestamp": at, "sampledValue": [{"value": 0, "context": context, **more}]}:
            fields = cast(dict[str, Any], more)
            held = set(fields) == {"signedMeterValue"} and is_signed(fields["signedMeterValue"])
            moment = parse_time(at)
            fit = held if signed else not fields
            return (moment, str(context)) if moment is not None and fit else None
        case _:
            return None
