"""Credentials that are not the station's are what they are called, and never its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.connection.station_access import Access, basic
from harness.pki.passwords import AMENDED_PASSWORD, PASSWORD, odd_passwords, plain_password
from harness.steps_csms.wrong_credentials import (
    OtherStation,
    another_station,
    wrong_passwords,
    wrong_users,
)
from harness.tests.test_admission import PASSED, fake_station

OTHER = OtherStation("OTHER", "0123456789abcdef")


def test_a_wrong_password_is_not_that_of_the_station() -> None:
    station = fake_station("ws://x")
    own = station.access.headers["Authorization"]
    found = {wrong.what: wrong.access for wrong in wrong_passwords(station, OTHER)}
    assert own == basic(station.sut.identity, PASSED)
    assert own not in {access.headers.get("Authorization") for access in found.values()}
    assert len({access.password for access in found.values()}) == len(found)
    assert found["password in the other case"].password == PASSED.swapcase()
    assert found["password without its last character"].password == PASSED[:-1]
    assert str(found["password with one more character"].password)[:-1] == PASSED
    assert found["empty password"].headers == {"Authorization": basic(station.sut.identity, "")}
    assert found["no credentials"].headers == {}


@pytest.mark.parametrize("identity", ["C", "CS001", "CS000"])
def test_a_wrong_user_is_not_the_identity_in_whatever_case(identity: str) -> None:
    station = fake_station("ws://x")
    station.sut = replace(station.sut, identity=identity)
    users = [wrong.access.user.lower() for wrong in wrong_users(station, OTHER)]
    assert identity.lower() not in users
    assert "" in users
    assert f"{identity}invalid".lower() == users[0]


def test_without_a_password_no_credentials_are_sent() -> None:
    assert Access(1, "ws://x", "CS001").headers == {}


@pytest.mark.asyncio
@pytest.mark.simulated_time
async def test_an_operator_that_knows_no_other_station_is_no_obstacle() -> None:
    station = fake_station("ws://x")
    assert await another_station(station) is None


def test_odd_passwords_are_passwords() -> None:
    for _ in range(50):
        found = list(odd_passwords())
        assert all(PASSWORD.fullmatch(each) for each in (*found, plain_password()))
        hexadecimal, base64, digits, zero, special = found
        assert len(bytes.fromhex(hexadecimal)) == 20
        assert base64.endswith("=")
        assert digits.isdecimal()
        assert str(int(digits)) == digits
        assert zero.startswith("0")
        assert zero.isdecimal()
        assert special.startswith(":")
        assert set("*-_=:+|@.") <= set(special)


@pytest.mark.parametrize(
    ("text", "amended"),
    [
        (" leading blank and 8", True),
        ("ünïcode-§-password", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("x" * 15, False),
        ("sixteen characters\n", False),
    ],
)
def test_a_password_may_have_whatever_characters(text: str, amended: bool) -> None:
    assert bool(AMENDED_PASSWORD.fullmatch(text)) is amended
