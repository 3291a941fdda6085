"""An edition of OCPP: one value for everything that depends on the version."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, cast

import yaml

from harness.spec.features import Features


@dataclass(frozen=True, eq=False)
class Edition:
    """What the harness knows of one version of OCPP.

    ``documents``: the edition of the test cases and their errata. ``subprotocol``: the name in the
    WebSocket handshake. ``network_profile``: the ``ocppVersion`` of a NetworkConnectionProfile.
    ``message_types``: the first elements of frames (Part 4, 4.1.3). ``data_types``: the package
    with the JSON schemas and enumerations. ``tables``: the package with the tables of Parts 2, 5
    and 6, as YAML. ``csms_answers`` and ``station_answers``: the payloads of answers that are the
    same whatever was asked, by action.
    """

    version: str
    documents: str
    subprotocol: str
    network_profile: str
    message_types: Sequence[int]
    data_types: str
    tables: str
    features: Features
    csms_answers: Mapping[str, Mapping[str, Any]]
    station_answers: Mapping[str, Mapping[str, Any]]

    @property
    def name(self) -> str:
        """``OCPP`` and the version."""
        return f"OCPP {self.version}"

    @property
    def title(self) -> str:
        """The version and the documents, as results name them."""
        return f"{self.name} {self.documents}"

    @property
    def actions(self) -> frozenset[str]:
        """Names of all messages, without "Request" and "Response"."""
        return _actions(self.data_types)

    def schema(self, message: str) -> str:
        """The JSON schema of ``message`` ("ResetRequest", "ResetResponse", …) as text.

        Raises:
            KeyError: there is no such message.
        """
        action = message.removesuffix("Request").removesuffix("Response")
        if action not in self.actions:
            raise KeyError(message)
        file = resources.files(self.data_types).joinpath("schemas", f"{message}.json")
        return file.read_text(encoding="utf-8-sig")

    def enumeration(self, name: str) -> tuple[str, ...]:
        """The values of an enumeration of Part 2 ("IdTokenEnumType")."""
        kinds = importlib.import_module(f"{self.data_types}.enums")
        return tuple(each.value for each in cast(type[StrEnum], getattr(kinds, name)))

    def table(self, name: str) -> Any:
        """The YAML table of that name, read anew."""
        file = resources.files(self.tables).joinpath(f"{name}.yaml")
        return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def _actions(data_types: str) -> frozenset[str]:
    names = (entry.name for entry in resources.files(data_types).joinpath("schemas").iterdir())
    return frozenset(n.removesuffix("Request.json") for n in names if n.endswith("Request.json"))
