"""What is counted is on its way until it is read: on loopback it hardly ever is for long."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from harness.clock.sockets import CountedSocket, Ledger

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


@dataclass
class Pair:
    """Both ends of a connection that are known to one ledger."""

    ledger: Ledger
    client: CountedSocket
    server: CountedSocket

    def pending(self, *, client: int = READ, server: int = READ) -> str:
        """What is on its way if the ends are watched for these events."""
        events = {self.client.fileno(): client, self.server.fileno(): server}
        return self.ledger.pending(lambda fd: events.get(fd, 0))


@pytest.fixture(params=["127.0.0.1", "::1"])
def listener(request: pytest.FixtureRequest) -> Iterator[tuple[Ledger, CountedSocket]]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    ledger, sock = Ledger(), CountedSocket(family)
    sock.bind((request.param, 0))
    sock.listen()
    ledger.listening(sock)
    yield ledger, sock
    sock.close()


def connected(ledger: Ledger, listening: CountedSocket) -> CountedSocket:
    client = CountedSocket(listening.family)
    client.settimeout(5)
    client.connect(listening.getsockname())
    ledger.connected(client)
    return client


def accepted(listening: CountedSocket) -> CountedSocket:
    server, _ = listening.accept()
    server.settimeout(5)
    return server


@pytest.fixture
def pair(listener: tuple[Ledger, CountedSocket]) -> Iterator[Pair]:
    ledger, listening = listener
    client = connected(ledger, listening)
    server = accepted(listening)
    yield Pair(ledger, client, server)
    client.close()
    server.close()


def test_nothing_is_on_its_way_at_first(pair: Pair) -> None:
    assert pair.pending() == ""
    assert pair.ledger.foreign() == ""


def test_bytes_until_they_are_read(pair: Pair) -> None:
    pair.client.send(b"12345")
    assert "5 bytes to" in pair.pending()
    pair.server.recv(3)
    assert "2 bytes to" in pair.pending()
    pair.server.recv_into(bytearray(10))
    assert pair.pending() == ""


def test_both_ways(pair: Pair) -> None:
    pair.server.sendmsg([b"12", b"345"])
    assert "5 bytes to" in pair.pending()
    pair.client.recv(10)
    assert pair.pending() == ""


def test_bytes_that_are_only_looked_at(pair: Pair) -> None:
    pair.client.send(b"12345")
    pair.server.recv(5, socket.MSG_PEEK)
    assert "5 bytes to" in pair.pending()


def test_bytes_for_a_reader_that_has_paused(pair: Pair) -> None:
    pair.client.send(b"12345")
    assert pair.pending(server=0) == ""
    assert pair.pending(server=READ) != ""


@pytest.mark.parametrize("how", ["shutdown", "close"])
def test_the_end_until_it_is_seen(pair: Pair, how: str) -> None:
    pair.client.send(b"last")
    if how == "shutdown":
        pair.client.shutdown(socket.SHUT_WR)
    else:
        pair.client.close()
    assert "4 bytes to" in pair.pending()
    pair.server.recv(10)
    assert "the end of the connection" in pair.pending()
    assert pair.server.recv(10) == b""
    assert pair.pending() == ""


def test_an_end_that_nobody_closed_has_closed_once_it_is_gone(
    listener: tuple[Ledger, CountedSocket],
) -> None:
    ledger, listening = listener
    clients = [connected(ledger, listening)]
    server = accepted(listening)
    assert ledger.pending(lambda _: READ) == ""
    with pytest.warns(ResourceWarning):
        clients.clear()
    assert "the end of the connection" in ledger.pending(lambda _: READ)
    assert server.recv(1) == b""
    server.close()


def test_bytes_for_an_end_that_is_closed(pair: Pair) -> None:
    pair.client.close()
    assert pair.server.recv(10) == b""
    pair.server.send(b"nobody reads it")
    assert pair.pending() == ""


def test_a_reset_until_it_is_seen(pair: Pair) -> None:
    pair.client.send(b"never read")
    pair.server.close()
    assert "the end of the connection" in pair.pending()
    with pytest.raises(ConnectionResetError):
        pair.client.recv(10)
    assert pair.pending() == ""


def test_room_to_write_once_all_is_read(pair: Pair) -> None:
    assert "room to write" in pair.pending(client=WRITE)
    pair.client.send(b"12345")
    assert pair.pending(client=WRITE, server=0) == ""
    assert "5 bytes to" in pair.pending(client=WRITE)
    pair.server.close()
    assert "room to write" in pair.pending(client=WRITE)


def test_a_connection_until_it_is_accepted(listener: tuple[Ledger, CountedSocket]) -> None:
    ledger, listening = listener
    client = connected(ledger, listening)
    assert "the acceptance of" in ledger.pending(lambda _: READ)
    assert ledger.pending(lambda fd: 0 if fd == listening.fileno() else READ) == ""
    assert ledger.foreign() == ""
    server = accepted(listening)
    assert ledger.pending(lambda _: READ) == ""
    client.close()
    server.close()


def test_a_visitor_who_left_before_he_was_accepted(listener: tuple[Ledger, CountedSocket]) -> None:
    ledger, listening = listener
    client = connected(ledger, listening)
    client.send(b"hello")
    client.close()
    assert "the acceptance of" in ledger.pending(lambda _: READ)
    server = accepted(listening)
    assert "5 bytes to" in ledger.pending(lambda _: READ)
    assert server.recv(10) == b"hello"
    assert server.recv(10) == b""
    assert ledger.pending(lambda _: READ) == ""
    server.close()


def test_a_listener_that_closes_refuses_what_it_has_not_accepted(
    listener: tuple[Ledger, CountedSocket],
) -> None:
    ledger, listening = listener
    client = connected(ledger, listening)
    listening.close()
    assert "the refusal of" in ledger.pending(lambda _: READ)
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    assert ledger.pending(lambda _: READ) == ""
    client.close()


def test_the_server_may_know_its_end_first_and_lose_it(
    listener: tuple[Ledger, CountedSocket],
) -> None:
    ledger, listening = listener
    client = CountedSocket(listening.family)
    client.settimeout(5)
    ledger.connecting += 1
    client.connect(listening.getsockname())
    server = accepted(listening)
    server.close()
    assert ledger.pending(lambda _: READ) == ""
    ledger.connected(client)
    ledger.connecting -= 1
    assert "the end of the connection" in ledger.pending(lambda _: READ)
    assert client.recv(1) == b""
    assert ledger.pending(lambda _: READ) == ""
    client.close()


def test_a_server_on_all_addresses() -> None:
    ledger, listening = Ledger(), CountedSocket()
    listening.bind(("0.0.0.0", 0))
    listening.listen()
    ledger.listening(listening)
    client = CountedSocket()
    client.connect(("127.0.0.1", listening.getsockname()[1]))
    ledger.connected(client)
    assert "the acceptance of" in ledger.pending(lambda _: READ)
    client.close()
    listening.close()


def test_an_end_whose_other_is_not_known(listener: tuple[Ledger, CountedSocket]) -> None:
    ledger, listening = listener
    with socket.socket(listening.family) as stranger:
        stranger.connect(listening.getsockname())
        server = accepted(listening)
        assert "the connection of" in ledger.foreign()
        server.send(b"12345")
        assert ledger.pending(lambda _: READ) == ""
        server.close()
        assert ledger.foreign() == ""


def test_an_end_that_was_given_away(pair: Pair) -> None:
    with socket.socket(fileno=pair.client.detach()):
        assert "the connection of" in pair.ledger.foreign()


def test_what_is_over_is_forgotten(pair: Pair) -> None:
    pair.client.close()
    pair.server.close()
    assert pair.pending() == ""
    assert not pair.ledger.ends
