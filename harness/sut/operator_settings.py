"""Checked access to the settings of an operator (``operator.settings`` in a sut.yaml)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

T = TypeVar("T")


class OperatorSettingsError(ValueError):
    """The settings of the operator are wrong.

    ``path``: the key in the description; ``what`` is wrong there, and what to write ``instead``.
    """

    def __init__(self, path: str, what: str, instead: str) -> None:
        super().__init__(f"{path} {what}: {instead}")
        self.path = path
        self.what = what
        self.instead = instead


class Settings:
    """A mapping whose keys are taken one by one; ``where`` names it in messages."""

    def __init__(self, where: str, values: Any, allowed: Sequence[str]) -> None:
        if not isinstance(values, Mapping):
            raise OperatorSettingsError(
                where, "must hold keys and values", "write 'key: value' lines, indented below it"
            )
        self.where = where
        self._values = cast("Mapping[str, Any]", values)
        for name in self._values:
            if name not in allowed:
                near = difflib.get_close_matches(str(name), allowed, n=1)
                instead = f"did you mean {near[0]}?" if near else f"use {', '.join(allowed)}"
                raise OperatorSettingsError(f"{where}.{name}", "is no key here", instead)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def any(self, name: str) -> Any:
        """The value as it stands; None if there is none."""
        return self._values.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; required if ``default`` is None."""
        return self._typed(name, str, "a text", '"…"', default)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Keys and values; empty if there are none."""
        found = self._typed(name, Mapping, "keys and values", "{key: value}", {})
        return cast("Mapping[str, Any]", found)

    def items(self, name: str) -> list[Any]:
        """A list; empty if there is none."""
        return self._typed(name, list, "a list", "[…]", [])

    def seconds(self, name: str, default: float) -> float:
        """A positive number of seconds."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            raise OperatorSettingsError(
                f"{self.where}.{name}", "must be a number of seconds above 0", f"write {default:g}"
            )
        return float(value)

    def wrong(self, what: str, instead: str, name: str = "") -> OperatorSettingsError:
        """The mistake that these settings, or one key of them, are."""
        return OperatorSettingsError(f"{self.where}.{name}".rstrip("."), what, instead)

    def _typed(self, name: str, kind: type[T], called: str, example: str, default: T | None) -> T:
        value = self._values.get(name, default)
        if value is None:
            raise self.wrong(f"needs {name}, {called}", f"add '{name}: {example}'")
        if not isinstance(value, kind):
            raise self.wrong(f"must be {called}", f"write {example}", name)
        return value
