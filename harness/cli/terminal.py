"""What commands say on standard output."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """One line of output, at once; foreign text in it cannot drive or break the terminal."""
    safe = "".join(char if char.isprintable() else "\ufffd" for char in text)
    encoding = sys.stdout.encoding or "utf-8"
    print(safe.encode(encoding, "replace").decode(encoding), flush=True)
