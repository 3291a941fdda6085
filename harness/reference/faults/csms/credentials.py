"""What a CSMS does wrong when it keeps or compares credentials (A00, A01)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from harness.reference.csms.access import basic_credentials
from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces

#: Compares what a client gave with what is known: ``(given, known)``.
Compare = Callable[[str, str], bool]


def _compares_passwords(alike: Compare) -> Alter:
    """A password is the station's if it is like the one that is known."""

    def alter(csms: Any, mark_triggered: MarkTriggered) -> None:
        credentials = csms.access.credentials
        known, exactly, learn = dict(csms.config.stations), credentials.match, credentials.set

        def remember(identity: str, password: str) -> None:
            known[identity] = password
            learn(identity, password)

        def match(identity: str, given: str) -> bool:
            if exactly(identity, given):
                return True
            fits = identity in known and alike(given, known[identity])
            if fits:
                mark_triggered()
            return fits

        credentials.set, credentials.match = remember, match

    return alter


def _lets_in(also: Callable[[Any, str, tuple[str, str] | None], bool]) -> Alter:
    """``also(csms, identity, (user, password))`` lets in whom the right way does not."""

    @replaces("access.password_valid")
    def valid(
        csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, headers: Any
    ) -> bool:
        if original(identity, headers):
            return True
        fits = also(csms, identity, basic_credentials(headers))
        if fits:
            mark_triggered()
        return fits

    return valid


def _compares_users(alike: Compare) -> Alter:
    return _lets_in(
        lambda csms, identity, given: (
            given is not None
            and alike(given[0], identity)
            and csms.access.credentials.match(identity, given[1])
        )
    )


def _user_decides(csms: Any, _identity: str, given: tuple[str, str] | None) -> bool:
    return given is not None and csms.access.credentials.match(*given)


def _password_of_anybody(csms: Any, identity: str, given: tuple[str, str] | None) -> bool:
    if given is None or given[0] != identity:
        return False
    return any(csms.access.credentials.match(each, given[1]) for each in csms.stations)


def _compares_names(alike: Callable[[Any, str, str], bool]) -> Alter:
    """``alike(csms, common name, serial number)``: the certificate is the station's."""

    @replaces("access.certificate_valid")
    def valid(
        csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, subject: Any
    ) -> bool:
        if original(identity, subject):
            return True
        serial = csms.access.serial(identity)
        fits = alike(csms, subject.get("commonName", ""), serial)
        if fits:
            mark_triggered()
        return fits and original(identity, {**subject, "commonName": serial})

    def alter(csms: Any, mark_triggered: MarkTriggered) -> None:
        # The boot is compared as the connection was: it must not mend it (B01.FR.11).
        csms.answers.serial_number_matches = _always
        valid(csms, mark_triggered)

    return alter


def _always(*_: Any) -> bool:
    return True


def _any_owner(csms: Any, mark_triggered: MarkTriggered) -> None:
    @replaces("access.certificate_valid")
    def valid(
        csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, subject: Any
    ) -> bool:
        if not original(identity, subject):
            mark_triggered()
        return subject.get("commonName") == csms.access.serial(identity)

    valid(csms, mark_triggered)


def _keeps(kept: Callable[[str], str]) -> Alter:
    """Of a password that it has set it keeps what ``kept`` makes of it."""

    @replaces("requests.learn_password")
    def learn(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        password: str,
        status: str,
    ) -> None:
        if kept(password) != password:
            mark_triggered()
        original(station, kept(password), status)

    return learn


def _from_hexadecimal(password: str) -> str:
    if re.fullmatch("([0-9A-Fa-f]{2})+", password) is None:
        return password
    return bytes.fromhex(password).decode("latin-1")


def _from_base64(password: str) -> str:
    if not password.endswith("="):
        return password
    try:
        return base64.b64decode(password, validate=True).decode("latin-1")
    except binascii.Error:
        return password


def _as_integer(password: str) -> str:
    return str(int(password)) if password.isdecimal() else password


def _as_float(password: str) -> str:
    return str(float(password)) if password.isdecimal() else password


@replaces("access.password_valid")
def _splits_at_last_colon(
    csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, headers: Any
) -> bool:
    given = basic_credentials(headers)
    if given is None or ":" not in given[1]:
        return original(identity, headers)
    mark_triggered()
    user, _, password = ":".join(given).rpartition(":")
    return user == identity and csms.access.credentials.match(identity, password)


@replaces("access.password_valid")
def _reads_plus_as_blank(
    csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, headers: Any
) -> bool:
    given = basic_credentials(headers)
    if given is None or "+" not in given[1]:
        return original(identity, headers)
    mark_triggered()
    return csms.access.credentials.match(identity, given[1].replace("+", " "))


def _known_somewhere(csms: Any, name: str, _serial: str) -> bool:
    return name in {csms.access.serial(each) for each in csms.stations}


def _keeps_in_capitals(csms: Any, mark_triggered: MarkTriggered) -> None:
    credentials, capitals = csms.access.credentials, set[str]()
    exactly = credentials.match

    def learn(station: Any, password: str, status: str) -> None:
        if status == "Accepted":
            capitals.clear()
            capitals.add(password.upper())
            credentials.set(station.identity, password)

    def match(identity: str, given: str) -> bool:
        if exactly(identity, given):
            return True
        fits = given.upper() in capitals
        if fits:
            mark_triggered()
        return fits

    csms.requests.learn_password, credentials.match = learn, match


#: A password is text and nothing else, and what was set is valid.
_UTF_8 = "A00.FR.205, A01.FR.03"
_USER, _PASSWORD, _NAME = "A00.FR.204, A00.FR.207", "A00.FR.207", "A00.FR.405"

FAULTS = (
    Fault(
        "end-of-password-ignored",
        "Compares the first 15 characters of a password alone.",
        _compares_passwords(lambda given, known: given[:15] == known[:15]),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "part-of-password-is-enough",
        "Takes a password with which the station's begins.",
        _compares_passwords(lambda given, known: bool(given) and known.startswith(given)),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "more-than-password-taken",
        "Takes a password that begins with the station's.",
        _compares_passwords(lambda given, known: given.startswith(known)),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "password-in-any-case",
        "Compares passwords without regard to case.",
        _compares_passwords(lambda given, known: given.lower() == known.lower()),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "empty-password-taken",
        "Takes an empty password.",
        _compares_passwords(lambda given, _known: not given),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "no-credentials-needed",
        "Compares credentials where there are any, and lets everybody else in.",
        _lets_in(lambda _csms, _identity, given: given is None),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "password-of-any-station",
        "Takes the password of another station that it knows.",
        _lets_in(_password_of_anybody),
        requirement=_PASSWORD,
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "password-from-hexadecimal",
        "Takes a password of hexadecimal digits for the bytes that they stand for.",
        _keeps(_from_hexadecimal),
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "password-from-base64",
        "Takes a password that looks like Base64 for the bytes that it stands for.",
        _keeps(_from_base64),
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "password-as-integer",
        "Takes a password of digits for a number, and loses its leading zero.",
        _keeps(_as_integer),
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "password-as-float",
        "Takes a password of digits for a number, and rounds it.",
        _keeps(_as_float),
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "password-cut",
        "Keeps no more than 32 characters of a password.",
        _keeps(lambda password: password[:32]),
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "password-with-colon-split",
        "Takes what stands before the last colon for the user name.",
        _splits_at_last_colon,
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "password-with-plus-decoded",
        "Reads a plus in a password as a blank.",
        _reads_plus_as_blank,
        requirement=_UTF_8,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "set-password-in-any-case",
        "Keeps a password that it has set in capitals, and compares it so.",
        _keeps_in_capitals,
        requirement=_PASSWORD,
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "part-of-user-is-enough",
        "Takes a user name with which the identity begins.",
        _compares_users(lambda given, known: bool(given) and known.startswith(given)),
        requirement=_USER,
        shows=("TC_A_02_CSMS", "2"),
    ),
    Fault(
        "end-of-user-ignored",
        "Compares all but the last character of a user name.",
        _compares_users(lambda given, known: given[:-1] == known[:-1]),
        requirement=_USER,
        shows=("TC_A_02_CSMS", "2"),
    ),
    Fault(
        "no-user-needed",
        "Takes a password without a user name.",
        _compares_users(lambda given, _known: not given),
        requirement=_USER,
        shows=("TC_A_02_CSMS", "2"),
    ),
    Fault(
        "user-in-place-of-identity",
        "Lets a station in whose user name and password fit, whatever identity is in the URL.",
        _lets_in(_user_decides),
        requirement=_USER,
        shows=("TC_A_02_CSMS", "2"),
    ),
    Fault(
        "certificate-of-any-station",
        "Takes the certificate of another station that it knows.",
        _compares_names(_known_somewhere),
        requirement=_NAME,
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "end-of-certificate-name-ignored",
        "Compares all but the last character of the common name.",
        _compares_names(lambda _csms, name, serial: name[:-1] == serial[:-1]),
        requirement=_NAME,
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "part-of-certificate-name-is-enough",
        "Takes a common name with which the serial number begins.",
        _compares_names(lambda _csms, name, serial: bool(name) and serial.startswith(name)),
        requirement=_NAME,
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "certificate-of-any-owner",
        "Takes a certificate whatever organization owns it.",
        _any_owner,
        requirement="A00.FR.404",
        shows=("TC_A_08_CSMS", "4"),
    ),
)
