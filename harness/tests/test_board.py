"""The page of a run: what it shows, to whom, and whose answers it takes."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import pytest

from harness.live import facts
from harness.live.so_far import steps_of
from harness.tests.boards import (
    PAGE,
    PASSED,
    PLUG,
    Stream,
    asks,
    origin,
    says,
    shown,
)
from harness.views.case_lines import Calls, code

# -- to whom


def test_a_forged_request_is_refused() -> None:
    with shown() as it:
        board, errand = it.board, it.asked()
        own, answer = origin(board), {"errand": errand.id, "how": "done", "text": ""}
        token = urlsplit(board.url).path
        no_token = [f"{own}/", f"{own}/events", f"{own}/answer", f"{own}/x{token}"]
        wrong = f"{own}/{token.strip('/')[:-1]}x/"
        for url in [*no_token, wrong, f"{wrong}events"]:
            status, text, _ = asks(url)
            assert status == 403, url
            assert text.count("\n") == 1
            assert "not the link of a run that goes on" in text
            assert "My station" not in text
        assert asks(f"{wrong}answer", "POST", answer, Origin=own)[0] == 403
        at = f"{board.url}answer"
        foreign = (
            {},  # no browser says nothing of where a POST comes from
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": own, "Host": "evil.example"},
            {"Origin": own.replace("127.0.0.1", "localhost")},
        )
        for headers in foreign:
            assert asks(at, "POST", answer, **headers)[0] == 403, headers
        assert asks(board.url, Host="evil.example")[0] == 403
        assert asks(f"{board.url}events", Origin="http://evil.example")[0] == 403
        # What a form of another site could send at most, were its origin not told.
        plain = asks(at, "POST", answer, Origin=own, Content_Type="text/plain")
        assert plain[0] == 415
        for body in ([], {"how": "done"}, {**answer, "how": "explode"}, {**answer, "how": "seen"}):
            assert asks(at, "POST", body or [0], Origin=own)[0] == 400, body
        assert asks(at, "PUT", answer, Origin=own)[0] == 405
        assert not errand.answer.done()
        assert says(board, errand) == 200
        assert errand.answer.result(1).how == "done"


def test_nothing_of_it_is_kept_by_a_browser_or_shown_in_another_page() -> None:
    with shown() as it:
        for name in ("", "board.js", "board.css"):
            status, _, headers = asks(it.board.url + name)
            assert status == 200
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert "Access-Control-Allow-Origin" not in headers
        assert asks(it.board.url + "x.y")[0] == 404


def test_each_run_has_a_link_of_its_own_that_ends_with_it() -> None:
    with shown() as first, shown() as second:
        url = first.board.url
        assert urlsplit(url).path != urlsplit(second.board.url).path
        assert len(urlsplit(url).path) >= 22
        assert urlsplit(url).hostname == "127.0.0.1"
    with pytest.raises(ConnectionError):
        asks(url)


def test_a_link_for_a_phone_is_told_with_its_code() -> None:
    said: list[str] = []
    calls = Calls(said.append, waits=False, codes=True)
    calls.hear(facts.Served("http://192.0.2.7:8000/token/", afar=True))
    assert said[0] == "the run is shown at http://192.0.2.7:8000/token/"
    assert said[1] == code("http://192.0.2.7:8000/token/")
    assert len(said[1].splitlines()) > 12
    calls.hear(facts.Served("http://127.0.0.1:8000/token/", afar=False))
    assert len(said) == 3


# -- what it shows


def test_shows_the_run_so_far_and_what_is_new() -> None:
    with shown() as it:
        stream = Stream(it.board.url)
        first = stream.next()
        assert first["systems"] == "My station"
        assert [each["id"] for each in first["ended"]] == ["TC_B_20_CS"]
        assert (first["case"], first["cases"], first["fresh"]) == ("TC_E_04_CS", 12, True)
        it.tell(facts.AtStep("2>Booted 1"), facts.Awaited("X", "My station", 60))
        data = stream.until(place=f"step 2 of {steps_of(PAGE)}")
        assert data["waits"] == "waits for X from My station"
        assert 50 < data["left"] <= 60
        it.tell(PASSED)
        data = stream.next()
        assert (data["fresh"], [each["id"] for each in data["ended"]]) == (False, ["TC_B_01_CS"])
        stream.drop()
        again = Stream(it.board.url).next()
        assert [each["id"] for each in again["ended"]] == ["TC_B_20_CS", "TC_B_01_CS"]


def test_shows_what_each_worker_is_at() -> None:
    with shown() as it:
        it.tell(facts.CaseEnded("TC_E_04_CS", "T", "PASS", "", 1.0))
        it.tell(
            *(facts.CaseBegan(each, PAGE, beside=True) for each in ("TC_B_21_CS", "TC_B_22_CS"))
        )
        data = Stream(it.board.url).next()
        assert (data["case"], data["place"]) == ("TC_B_21_CS, TC_B_22_CS", "")


def test_two_phones_are_asked_and_the_first_answer_counts() -> None:
    with shown() as it:
        phones = Stream(it.board.url), Stream(it.board.url)
        errand = it.asked()
        wanted = [{"id": errand.id, "do": PLUG, "sees": ""}]
        for phone in phones:
            phone.until(errands=wanted)
        assert says(it.board, errand, "done") == 200
        assert says(it.board, errand, "cannot") == 409
        assert errand.answer.result(1).how == "done"
        it.board.take_down(errand)
        for phone in phones:
            phone.until(errands=[])
        assert says(it.board, errand) == 409


def test_what_is_put_back_cannot_be_skipped() -> None:
    with shown() as it:
        errand = it.asked()
        it.tell(facts.CleaningUp())
        assert Stream(it.board.url).until(skippable=False)
        assert says(it.board, errand, "skip") == 400
        assert not errand.answer.done()


def test_a_run_is_not_held_up_by_those_who_do_not_read() -> None:
    with shown() as it:
        Stream(it.board.url)
        done = threading.Event()

        def flood() -> None:
            for number in range(20_000):
                it.tell(facts.AtStep(str(number)))
            done.set()

        threading.Thread(target=flood, daemon=True).start()
        assert done.wait(20)
        assert Stream(it.board.url).until(place="step 19999")
