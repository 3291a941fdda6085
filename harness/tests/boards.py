"""A page of a run, and clients of it that are no browser."""

from __future__ import annotations

import http.client
import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from harness.live import facts
from harness.live.so_far import SoFar
from harness.tests.plugin_runs import ROOT
from harness.views.board import Board, Errand

PAGE = ROOT / "cases_cs" / "e_transactions" / "test_tc_e_04_cs.yaml"
CASE = facts.CaseBegan("TC_E_04_CS", PAGE)
FAILED = facts.CaseEnded("TC_B_20_CS", "Reset", "FAIL", "step 3: <b>not</b> so", 3.0)
PASSED = facts.CaseEnded("TC_B_01_CS", "Cold Boot", "PASS", "", 3.0)
PLUG = "plug the vehicle into EVSE 1, connector 1"


class Shown:
    """A board, and what it was told."""

    def __init__(self, *, hands: bool = True) -> None:
        self.so_far = SoFar()
        self.board = Board(self.so_far, hands=hands)
        self.tell(facts.RunBegan("My station", 12), FAILED, CASE)

    def tell(self, *all_facts: facts.Fact) -> None:
        for fact in all_facts:
            self.so_far.hear(fact)
            self.board.hear(fact)

    def asked(self, do: str = PLUG, sees: str = "") -> Errand:
        errand = Errand(do, sees)
        self.board.put_up(errand)
        return errand


@contextmanager
def shown(*, hands: bool = True) -> Generator[Shown]:
    it = Shown(hands=hands)
    it.board.start()
    try:
        yield it
    finally:
        it.board.stop()


def asks(
    url: str, method: str = "GET", body: Any = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of what an HTTP client gets that is no browser."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        fields = {"Content-Type": "application/json", **fields}
    try:
        connection.request(method, parts.path, json.dumps(body) if body else None, fields)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.headers)
    finally:
        connection.close()


def origin(board: Board) -> str:
    parts = urlsplit(board.url)
    return f"{parts.scheme}://{parts.netloc}"


def says(board: Board, errand: Errand, how: str = "done", text: str = "") -> int:
    """Status of an answer by the page of the run."""
    body = {"errand": errand.id, "how": how, "text": text}
    return asks(f"{board.url}answer", "POST", body, Origin=origin(board))[0]


class Stream:
    """A client that follows."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        self._connection.request("GET", f"{parts.path}events")
        self._answer = self._connection.getresponse()

    def next(self) -> dict[str, Any]:
        line = self._answer.readline()
        while not line.startswith(b"data: "):
            assert line, "the stream has ended"
            line = self._answer.readline()
        return json.loads(line[6:])

    def until(self, **wanted: Any) -> dict[str, Any]:
        for _ in range(50):
            data = self.next()
            if all(data[name] == value for name, value in wanted.items()):
                return data
        raise AssertionError(f"not so: {wanted}; the last was {data}")

    def drop(self) -> None:
        self._answer.close()
        self._connection.close()
