"""What only a person knows of a system."""

from __future__ import annotations

from dataclasses import dataclass

from harness.spec.roles import Role


@dataclass(frozen=True)
class Answers:
    """The answers, with which the system can be met and its description be begun.

    ``password``: the environment variable that holds it. ``local_tokens``, ``remote_tokens``: types
    of idTokens (IdTokenEnumType) of drivers at the station and of remote starts. ``fixed_cable``:
    the cable belongs to the station. ``features``: further ones, of which no variable tells.
    """

    role: Role
    name: str
    identity: str = "CS001"
    security_profile: int = 1
    password: str = "OCPP_PASSWORD"  # the name of a variable
    url: str = ""
    host: str = "127.0.0.1"
    port: int = 9310
    operator: str = "prompt"
    profiles: tuple[str, ...] = ("Core", "Advanced Security")
    local_tokens: tuple[str, ...] = ("ISO14443",)
    remote_tokens: tuple[str, ...] = ("ISO14443",)
    screen: bool = False
    fixed_cable: bool = False
    irreversible: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


#: Part 5, 3.1: by which features a station says what its drivers show.
LOCAL = {
    "ISO14443": "C-30",
    "ISO15693": "C-31",
    "KeyCode": "C-32",
    "Local": "C-33",
    "MacAddress": "C-34",
    "NoAuthorization": "C-35",
}
REMOTE = {
    "ISO14443": "C-36",
    "ISO15693": "C-37",
    "Central": "C-38",
    "NoAuthorization": "C-39",
}


def told_features(answers: Answers) -> frozenset[str]:
    """The features that follow from the answers."""
    local = {LOCAL[each] for each in answers.local_tokens if each in LOCAL}
    remote = {REMOTE[each] for each in answers.remote_tokens if each in REMOTE}
    cable = {"HFS-2" if answers.fixed_cable else "HFS-1"}
    if answers.role is Role.CSMS:
        cable.clear()
    return frozenset({*local, *remote, *cable, *answers.features})
