"""Replaces secrets in everything that is written: passwords, however encoded, and private keys."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

MASKED = "***"

#: Shorter pieces of base64 turn up in innocent text.
_SHORTEST_BASE64 = 6

#: PEM private key; line ends may be real, or escaped by JSON once or more; the end may be missing.
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    r"(?:[A-Za-z0-9+/=:,\s]|\\+(?:[nrt/]|u00[0-9a-fA-F]{2})|-(?!----))*"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY-----)?"
)

_BASE64_RUN = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST_BASE64},}}={{0,2}}")

Mask = Callable[[str], str]


def masker(secrets: Iterable[str]) -> Mask:
    """A function that replaces every form of every secret, and every PEM private key, by ``***``.

    Forms: the text itself, percent-encoded, escaped as in JSON, and base64 of any text that
    contains it (HTTP Basic: ``identity:password``).
    """
    wanted = sorted({s for s in secrets if s}, key=len, reverse=True)
    cores = {core for secret in wanted for core in _base64_cores(secret)}
    forms = {form for secret in wanted for form in _plain_forms(secret)}
    patterns = [_PRIVATE_KEY, *(re.escape(form) for form in sorted(forms, key=len, reverse=True))]
    literal = re.compile("|".join(patterns))

    def without_base64(run: re.Match[str]) -> str:
        return MASKED if any(core in run[0] for core in cores) else run[0]

    def mask(text: str) -> str:
        masked = literal.sub(MASKED, text)
        if not any(core in masked for core in cores):
            return masked
        return _BASE64_RUN.sub(without_base64, masked)

    return mask


def mask_data(value: Any, mask: Mask) -> Any:
    """``value`` (plain JSON) with every text in it masked, keys included."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask(str(k)): mask_data(v, mask) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON objects are untyped
    if isinstance(value, list):
        return [mask_data(v, mask) for v in value]  # pyright: ignore[reportUnknownVariableType]  # JSON arrays are untyped
    return value


def _plain_forms(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }


def _base64_cores(secret: str) -> set[str]:
    """The part of the secret's base64 that does not depend on what surrounds it, per alignment."""
    raw = secret.encode("utf-8", "surrogatepass")
    cores: set[str] = set()
    for before in range(3):
        padded = b"\0" * before + raw
        whole = len(padded) // 3 * 4
        text = base64.b64encode(padded).decode()[:whole]
        core = text[4 if before else 0 :]
        if len(core) >= _SHORTEST_BASE64:
            cores |= {core, core.replace("+", "-").replace("/", "_")}
    return cores
