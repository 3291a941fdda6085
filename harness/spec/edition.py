"""An edition of OCPP: one value for everything that depends on the version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from harness.spec.features import Features


@dataclass(frozen=True, eq=False)
class Edition:
    """What the harness knows of one version of OCPP.

    ``documents``: the edition of the test cases and their errata. ``subprotocol``: the name in the
    WebSocket handshake. ``network_profile``: the ``ocppVersion`` of a NetworkConnectionProfile.
    ``message_types``: the first elements of frames (Part 4, 4.1.3). ``data_types``: the package
    with the JSON schemas. ``tables``: the package with the tables of Parts 2, 5 and 6.
    ``csms_answers`` and ``station_answers``: the payloads of answers that are the same whatever
    was asked, by action.
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
        return _schemas(self.data_types).joinpath(f"{message}.json").read_text(encoding="utf-8-sig")

    def enumeration(self, name: str, message: str) -> tuple[str, ...]:
        """The values of an enumeration of Part 2 ("IdTokenEnumType"), by a message that has it."""
        return tuple(json.loads(self.schema(message))["definitions"][name]["enum"])

    @property
    def catalogue(self) -> Any:
        """The table of the cases, read anew: JSON, which is read 50 times faster than YAML."""
        return json.loads(self._file("catalogue.json"))

    def table(self, name: str) -> Any:
        """The YAML table of that name, read anew."""
        return yaml.load(self._file(f"{name}.yaml"), Loader=yaml.CSafeLoader)

    def _file(self, name: str) -> str:
        return resources.files(self.tables).joinpath(name).read_text(encoding="utf-8")


@cache
def _actions(data_types: str) -> frozenset[str]:
    names = (entry.name for entry in _schemas(data_types).iterdir())
    return frozenset(n.removesuffix("Request.json") for n in names if n.endswith("Request.json"))


def _schemas(data_types: str) -> Traversable:
    """The folder of the schemas, found without a tenth of a second for importing the data types."""
    package, _, inner = data_types.partition(".")
    return resources.files(package).joinpath(*inner.split("."), "schemas")
