"""Shared by the tests of the operators."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from harness.operators import Operator, make
from harness.spec.roles import Role
from harness.sut.model import OperatorSpec, Sut

SUT = Sut("Product", Role.STATION, identity="CS 1")


def operator(kind: str, **settings: Any) -> Operator:
    """An operator of this kind with these settings."""
    return make(OperatorSpec(kind, settings), SUT)


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
