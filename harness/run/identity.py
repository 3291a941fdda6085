"""What a run is about: whoever resumes another one would mix two systems in one result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any, cast

from harness.evidence.mask import masker
from harness.peers.peer import Peer
from harness.spec.roles import Role
from harness.sut.model import Sut

#: Fact of a run, in words, to its value.
Identity = Mapping[str, str]


def identity(
    suts: Mapping[Role, Sut], harness_version: str, *, fault: str = "", variant: str = ""
) -> Identity:
    """All that a run can tell of itself before it begins; of descriptions hashes alone."""
    facts = {"version of the harness": harness_version, "fault": fault, "variant": variant}
    for role in Role:
        facts[f"description of a {role}"] = "given" if role in suts else "none"
    for role, sut in suts.items():
        facts[f"edition for the {role}"] = sut.edition.title
        for name, value in _described(sut).items():
            facts[f"{name} in the description of the {role}"] = _hashed(value)
    return facts


def _described(sut: Sut) -> dict[str, Any]:
    """The description without its secrets, which the hash of a short one would give away."""
    plain = asdict(replace(sut, password="", hidden=(), file=""))
    text = json.dumps(plain, default=lambda value: sorted(map(str, value)), sort_keys=True)
    described: dict[str, Any] = json.loads(masker(sut.secrets)(text))
    return described


def _hashed(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def difference(earlier: Identity, now: Identity) -> str:
    """What is not as it was, in words; "" if nothing."""
    changed = [name for name in {**earlier, **now} if earlier.get(name) != now.get(name)]
    return ", ".join(sorted(changed))


def told_apart(earlier: Collection[str], now: str) -> str:
    """Why a system that says this of itself is another one than before; "" if it is not."""
    if not earlier or not now or now in earlier:
        return ""
    return f"the system says that it is {now}; it was {', or '.join(sorted(earlier))}"


def as_told(boot: Mapping[str, Any]) -> str:
    """What a station says of itself in the payload of its BootNotification."""
    station = boot.get("chargingStation")
    if not isinstance(station, Mapping):
        return ""
    names = ("vendorName", "model", "firmwareVersion")
    return " ".join(str(station[name]) for name in names if name in station)  # pyright: ignore[reportUnknownArgumentType]  # JSON objects are untyped


def told_by(peer: Peer) -> str:
    """What the system under test said of itself in a case; "" if it said nothing."""
    boots = [a for a in peer.inbox.arrivals if a.action == "BootNotification"]
    told = [as_told(cast("Mapping[str, Any]", boot.payload)) for boot in boots]
    return next((each for each in told if each), "")
