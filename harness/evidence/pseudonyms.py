"""Tokens and customer data replaced by names of their own, the same for the same wherever it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from harness.evidence.matchers import MISSING

#: Fields of messages (Part 2, data types), and parameters of operators, to what they hold.
FIELDS = {
    "idToken": "token",
    "additionalIdToken": "token",
    "id_token": "token",
    "group": "token",
    "customerIdentifier": "customer",
    "identifier": "customer",
    "certificate": "certificate",
    "exiRequest": "certificate",
    "exiResponse": "certificate",
    "iccid": "subscriber",
    "imsi": "subscriber",
    "customData": "data",
    "data": "data",
}
#: Variables whose value is a token (Part 2, referenced components and variables).
_VARIABLES = {"MasterPassGroupId": "token"}
_VALUES = ("value", "attributeValue")
#: Texts that are ours; whatever they hold, it is no customer's.
_OURS = frozenset(
    {
        *("id", "title", "block", "sut", "verdict", "step", "message", "path", "requirement"),
        *("stage", "severity", "transcript", "frame", "asked_at", "at", "kind", "action", "type"),
    }
)
#: Shorter values turn up in innocent text: they are replaced in their own fields alone.
_SHORTEST = 4
_IN_RAW = re.compile(rf'"({"|".join(FIELDS)})"\s*:\s*"((?:[^"\\]|\\.)*)"')


class Pseudonyms:
    """Learns what is to be hidden, and then hides it: ``learn`` all before ``hide`` any."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: Any) -> None:
        """Note every token and all customer data in a JSON value."""
        if isinstance(value, list):
            for each in cast("list[Any]", value):
                self.learn(each)
        elif isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            for key, inner in fields.items():
                if kind := _kind(key, fields):
                    self._all_in(kind, inner)
                self.learn(inner)
            if isinstance(fields.get("raw"), str):
                self.learn_text(fields["raw"])
            self._compared(fields)

    def _compared(self, fields: Mapping[str, Any]) -> None:
        """What a validation found and wanted in a field that is to be hidden."""
        field = re.sub(r"(\[\d+\])+$", "", str(fields.get("path", ""))).rpartition(".")[2]
        if field in FIELDS and "expected" in fields:
            for text in (fields.get("actual"), fields.get("matcher")):
                if isinstance(text, str) and text != str(MISSING):
                    self._name(FIELDS[field], text)

    def _all_in(self, kind: str, value: Any) -> None:
        """A text; of what may hold anything every text in it."""
        if isinstance(value, str):
            self._name(kind, value)
        elif kind == "data" and isinstance(value, dict):
            for each in cast("dict[str, Any]", value).values():
                self._all_in(kind, each)
        elif kind == "data" and isinstance(value, list):
            for each in cast("list[Any]", value):
                self._all_in(kind, each)

    def learn_text(self, text: str) -> None:
        """The same of a text that is no JSON."""
        for key, value in _IN_RAW.findall(text):
            self._name(FIELDS[key], value)

    def hide(self, value: Any) -> Any:
        """The value with names in place of all that was learned."""
        if isinstance(value, str):
            return self.hide_text(value)
        if isinstance(value, list):
            return [self.hide(each) for each in cast("list[Any]", value)]
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            return {key: self._field(key, inner, fields) for key, inner in fields.items()}
        return value

    def hide_text(self, text: str) -> str:
        """A text with names in it, wherever it holds something that was learned."""
        if self._pattern is None:
            known = sorted((k for k in self._names if len(k) >= _SHORTEST), key=len, reverse=True)
            either = "|".join(map(re.escape, known)) or r"(?!)"
            self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])", re.I)
        return self._pattern.sub(lambda found: self._names[found[0].lower()], text)

    def _field(self, key: str, value: Any, fields: Mapping[str, Any]) -> Any:
        if isinstance(value, str) and value and _kind(key, fields):
            return self._names.get(value.lower(), value)
        if isinstance(value, str) and key in _OURS:
            return value
        if _kind(key, fields) == "data":
            return self._whole(value)
        return self.hide(value)

    def _whole(self, value: Any) -> Any:
        """What may hold anything: every text in it."""
        if isinstance(value, str):
            return self._names.get(value.lower(), value)
        if isinstance(value, list):
            return [self._whole(each) for each in cast("list[Any]", value)]
        if isinstance(value, dict):
            return {k: self._whole(v) for k, v in cast("dict[str, Any]", value).items()}
        return value

    def _name(self, kind: str, text: str) -> None:
        key = text.lower()
        if text and key not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[key] = f"{kind}-{self._counts[kind]}"
            self._pattern = None


def _kind(key: str, fields: Mapping[str, Any]) -> str:
    """What a field holds that is to be hidden, "" if nothing."""
    if key in _VALUES:
        return _VARIABLES.get(_variable(fields), "")
    return FIELDS.get(key, "")


def _variable(fields: Mapping[str, Any]) -> str:
    variable = fields.get("variable")
    return str(cast("dict[str, Any]", variable).get("name")) if isinstance(variable, dict) else ""
