"""What a Basic authentication password is (Part 2, A00.FR.205, passwordString)."""

from __future__ import annotations

import re
import secrets
import string
from contextlib import suppress

from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import objects
from harness.ocppj.variables import folded, key_of

#: 16 to 64 characters of a passwordString (erratum 2.1: at most maxLimit, which is 40 to 64).
PASSWORD = re.compile(r"[A-Za-z0-9*\-_=:+|@.]{16,64}")
#: Shorter ones are not masked: they would blot out half of a report.
_SHORTEST_SECRET = 4
_CHARACTERS = string.ascii_letters + string.digits + "*-_=:+|@."


def any_password(length: int = 24) -> str:
    """Another one each time."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(length))


def passwords_in(payload: Payload) -> list[str]:
    """The values that a SetVariablesRequest gives to BasicAuthPassword, of whatever component."""
    found: list[str] = []
    for item in objects(payload, "setVariableData"):
        with suppress(*UNREADABLE):  # from outside: what cannot be read sets nothing
            named, value = folded(key_of(item)).name, item["attributeValue"]
            if named == "basicauthpassword" and len(value) >= _SHORTEST_SECRET:
                found.append(str(value))
    return found
