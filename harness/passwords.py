"""What a Basic authentication password is (Part 2, A00.FR.205, passwordString)."""

from __future__ import annotations

import re
import secrets
import string

#: 16 to 40 characters of a passwordString.
PASSWORD = re.compile(r"[A-Za-z0-9*\-_=:+|@.]{16,40}")
_CHARACTERS = string.ascii_letters + string.digits + "*-_=:+|@."


def any_password(length: int = 24) -> str:
    """Another one each time."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(length))
