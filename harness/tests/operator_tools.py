"""Shared by the tests of the operators."""

import socket
from typing import Any

from harness.operators import Operator, make
from harness.spec.roles import Role
from harness.sut.model import OperatorSpec, Sut

SUT = Sut("Product", Role.STATION, identity="CS 1")


def operator(kind: str, **settings: Any) -> Operator:
    """An operator of this kind with these settings."""
    return make(OperatorSpec(kind, settings), SUT)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
