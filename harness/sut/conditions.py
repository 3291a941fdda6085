"""Conditions over the declared features of a system, as plain data that can explain itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.spec.edition import Edition
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role


@dataclass(frozen=True)
class Declared:
    """What a system declares: feature ids, counted features, certification profiles, subtype."""

    role: Role
    features: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict[str, int])
    profiles: frozenset[str] = frozenset({"Core"})
    product_subtype: str = ""
    edition: Edition = DEFAULT

    def supports(self, feature: str) -> bool:
        """Whether ``feature`` or one of its options ("C-40.1" of "C-40") is declared."""
        wanted = self.edition.features.current(self.role, feature)
        return any(each == wanted or each.startswith(f"{wanted}.") for each in self.features)

    def in_profile(self, profile: str) -> bool:
        """Whether this certification profile is declared, however Part 5 writes its name."""
        return _key(profile) in map(_key, self.profiles)


@dataclass(frozen=True)
class Feature:
    """A feature is supported."""

    id: str

    def holds(self, declared: Declared) -> bool:
        return declared.supports(self.id)

    def why(self, declared: Declared) -> str:
        return "" if self.holds(declared) else f"needs {self}, which is not declared"

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class Profile:
    """A certification profile is implemented."""

    name: str

    def holds(self, declared: Declared) -> bool:
        return declared.in_profile(self.name)

    def why(self, declared: Declared) -> str:
        return "" if self.holds(declared) else f"needs the profile {self}, which is not declared"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Subtype:
    """The product is of this subtype."""

    name: str

    def holds(self, declared: Declared) -> bool:
        return _key(declared.product_subtype) == _key(self.name)

    def why(self, declared: Declared) -> str:
        return "" if self.holds(declared) else f"needs the {self}"

    def __str__(self) -> str:
        return f'product subtype "{self.name}"'


@dataclass(frozen=True)
class MoreThan:
    """A counted feature exceeds a number."""

    id: str
    limit: int

    def holds(self, declared: Declared) -> bool:
        return declared.numbers.get(self.id, 0) > self.limit

    def why(self, declared: Declared) -> str:
        count = declared.numbers.get(self.id, 0)
        return "" if self.holds(declared) else f"needs {self}, and {self.id} is {count}"

    def __str__(self) -> str:
        return f"{self.id} > {self.limit}"


@dataclass(frozen=True)
class Not:
    """A condition does not hold."""

    part: Condition

    def holds(self, declared: Declared) -> bool:
        return not self.part.holds(declared)

    def why(self, declared: Declared) -> str:
        return (
            "" if self.holds(declared) else f"applies only without {self.part}, which is declared"
        )

    def __str__(self) -> str:
        return f"not {self.part}"


@dataclass(frozen=True)
class All:
    """Every part holds; no parts, no condition."""

    parts: tuple[Condition, ...] = ()

    def holds(self, declared: Declared) -> bool:
        return all(part.holds(declared) for part in self.parts)

    def why(self, declared: Declared) -> str:
        return "; ".join(part.why(declared) for part in self.parts if not part.holds(declared))

    def __str__(self) -> str:
        return f"({' and '.join(map(str, self.parts))})"


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, declared: Declared) -> bool:
        return any(part.holds(declared) for part in self.parts)

    def why(self, declared: Declared) -> str:
        return "" if self.holds(declared) else f"needs {self}, of which none is declared"

    def __str__(self) -> str:
        return f"({' or '.join(map(str, self.parts))})"


@dataclass(frozen=True)
class PerRole:
    """A condition of its own for each role; a role that is not named has none."""

    parts: tuple[tuple[Role, Condition], ...]

    def holds(self, declared: Declared) -> bool:
        return self._part(declared).holds(declared)

    def why(self, declared: Declared) -> str:
        return self._part(declared).why(declared)

    def _part(self, declared: Declared) -> Condition:
        return dict(self.parts).get(declared.role, All())

    def __str__(self) -> str:
        return ", ".join(f"{role}: {part}" for role, part in self.parts)


Condition = Feature | Profile | Subtype | MoreThan | Not | All | AnyOf | PerRole


def _key(name: str) -> str:
    return name.replace(" ", "").casefold()
