"""The trial that an operator must refuse before its word is trusted."""

from __future__ import annotations

import asyncio

from harness.operators.base import Operator, OperatorFailed, Unsupported

NONSENSE = "harness-probe-nonsense"


class UntrustworthyError(Exception):
    """The operator claims to have done what cannot be done; no case may rest on it."""


async def probe(operator: Operator, limit: float) -> None:
    """Ask ``operator`` for something senseless; returns if it refuses within ``limit`` seconds.

    Raises:
        UntrustworthyError: it did not refuse; the message says what it did instead.
    """
    try:
        async with asyncio.timeout(limit):
            await operator.perform(NONSENSE)
    except Unsupported:
        return
    except OperatorFailed as error:
        what = f"failed ({error}) where it had to answer that it does not know the action"
    except TimeoutError:
        what = f"gave no answer within {limit:g} s"
    else:
        what = "claims to have done it"
    raise UntrustworthyError(
        f"the operator was asked for the senseless action {NONSENSE!r} and {what}; "
        "its answers cannot be trusted, so nothing was run"
    )
