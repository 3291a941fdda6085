"""What a Basic authentication password is (Part 2, A00.FR.205, passwordString)."""

from __future__ import annotations

import base64
import re
import secrets
import string
from collections.abc import Iterator
from contextlib import suppress

from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import objects
from harness.ocppj.variables import key_of

#: 16 to 64 characters of a passwordString (erratum 2.1: at most maxLimit, which is 40 to 64).
PASSWORD = re.compile(r"[A-Za-z0-9*\-_=:+|@.]{16,64}")
#: The same with whatever characters, as erratum 2.1 lets a passwordString have them; those that
#: control something have no place in an Authorization header (RFC 7617, 2).
AMENDED_PASSWORD = re.compile(r"[^\x00-\x1f\x7f]{16,64}")
#: Shorter ones are not masked: they would blot out half of a report.
_SHORTEST_SECRET = 4
_SPECIAL = "*-_=:+|@."
_PLAIN = string.ascii_letters + string.digits
_CHARACTERS = _PLAIN + _SPECIAL


def any_password(length: int = 24) -> str:
    """Another one each time."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(length))


def plain_password(length: int = 24) -> str:
    """Another one each time, of letters and digits: nothing in it can be taken for anything."""
    return "".join(secrets.choice(_PLAIN) for _ in range(length))


def odd_passwords() -> Iterator[str]:
    """Passwords that look like something else, and such with all special characters.

    Hexadecimal (of the longest length that every station takes), Base64, digits, digits with a
    leading zero (of the shortest length), and one that begins with a colon.
    """
    yield secrets.token_hex(20)
    yield base64.b64encode(secrets.token_bytes(19), b"+*").decode().replace("*", "+")
    yield f"{1 + secrets.randbelow(9)}{_digits(19)}"
    yield f"0{_digits(15)}"
    yield f":{plain_password(8)}{_SPECIAL}{plain_password(8)}"


def _digits(count: int) -> str:
    return "".join(secrets.choice("123456789") for _ in range(count))


def passwords_in(payload: Payload) -> list[str]:
    """The values that a SetVariablesRequest gives to BasicAuthPassword, of whatever component."""
    found: list[str] = []
    for item in objects(payload, "setVariableData"):
        with suppress(*UNREADABLE):  # from outside: what cannot be read sets nothing
            (_, name), value = key_of(item).names, item["attributeValue"]
            if name == "basicauthpassword" and len(value) >= _SHORTEST_SECRET:
                found.append(str(value))
    return found
