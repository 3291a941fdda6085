"""The edition that is meant wherever no description of a system says which."""

from __future__ import annotations

from harness.spec.ocpp201 import OCPP_201

DEFAULT = OCPP_201
