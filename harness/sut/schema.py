"""The JSON schema of a system's description, for editors: made from the dataclasses.

``python -m harness.sut.schema > schemas/sut.schema.json`` renews the committed copy.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.checks import AUTHORIZATIONS, RATE_UNITS, ROOT_KEYS
from harness.sut.model import FILE_PROTOCOLS, IRREVERSIBLE, OPERATOR_KINDS, OperatorSpec, Sut
from harness.sut.yaml_reader import keys

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Any: {},
}

_FEATURES = DEFAULT.features
_IDS = sorted({id for r in Role for id in (*_FEATURES.known[r], *_FEATURES.renamed[r])})

#: Allowed texts, by the dataclass and field that holds them.
_CHOICES: dict[tuple[str, str], Sequence[str]] = {
    ("Token", "type"): DEFAULT.enumeration("IdTokenEnumType", "AuthorizeRequest"),
    ("NetworkProfile", "ocpp_interface"): DEFAULT.enumeration(
        "OCPPInterfaceEnumType", "SetNetworkProfileRequest"
    ),
    ("OperatorSpec", "kind"): OPERATOR_KINDS,
    ("Listen", "file_protocol"): ("", *FILE_PROTOCOLS),
    ("Sut", "authorization"): AUTHORIZATIONS,
    ("Sut", "root_key"): ROOT_KEYS,
    ("Configured", "charging_rate_unit"): RATE_UNITS,
    ("Sut", "product_subtype"): ("", *_FEATURES.subtypes),
    ("Sut", "profiles"): _FEATURES.profiles,
    ("Sut", "features"): _IDS,
    ("Sut", "irreversible"): tuple(IRREVERSIBLE),
}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a ``sut.yaml``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "System under test",
        **_object(Sut, required=("name", "role")),
    }


def _object(kind: type, required: Sequence[str] = ()) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = [each.name for each in keys(kind)]
    properties = {name: _value(hints[name], _CHOICES.get((kind.__name__, name))) for name in names}
    if kind is Sut:
        properties["security_profile"] |= {"minimum": 0, "maximum": 3}
        properties["numbers"]["propertyNames"] = {"enum": list(_FEATURES.counted)}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def _value(kind: Any, choices: Sequence[str] | None = None) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind == OperatorSpec | None:
        return {"$ref": "#/properties/operator"}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _object(kind)
    if origin in (frozenset, tuple):
        return {"type": "array", "uniqueItems": True, "items": _value(arguments[0], choices)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _value(arguments[1])}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": list(kind)}
    return dict(_PLAIN[kind]) | ({"enum": list(choices)} if choices else {})


def main() -> None:
    """Print the schema."""
    print(json.dumps(schema(), indent=2))


if __name__ == "__main__":
    main()
