"""Which cases apply to a system: its declared features against the conditions of Part 5."""

from __future__ import annotations

from harness.spec.catalogue import Certification, Row
from harness.spec.roles import Role
from harness.sut.conditions import Condition, Declared
from harness.sut.model import Sut
from harness.sut.pics_grammar import parse

__all__ = ["Condition", "Declared", "applicability", "declared", "parse"]


def declared(sut: Sut) -> Declared:
    """What ``sut`` declares.

    HFS-8 is the number of its EVSEs unless given; a system tested in security profile 1 has C-61.
    """
    implied = {"C-61"} if sut.security_profile == 1 else set[str]()
    numbers = {"HFS-8": len(sut.evses)} if sut.role is Role.STATION else {}
    return Declared(
        sut.role,
        frozenset(sut.edition.features.current(sut.role, each) for each in sut.features | implied),
        {**numbers, **sut.numbers},
        sut.profiles,
        sut.product_subtype,
        sut.edition,
    )


def applicability(row: Row, sut: Sut) -> str:
    """Why the case ``row`` does not apply to ``sut``; "" if it does.

    Part 5, 4.1: M means mandatory for whoever implements the profile, so an M entry applies
    whatever stands in its feature column: there the column explains the other role's C, as in
    TC_B_02 (M for a station, C with C-44 for a CSMS). A C entry applies if its condition holds.
    A case listed in several declared profiles applies if one of them asks for it. A case in no
    profile applies if the needs that follow from its prerequisites are met.
    """
    if row.role is not sut.role:
        return f"is a case for a {row.role}, and the system under test is a {sut.role}"
    has = declared(sut)
    if not row.certification:
        return parse(row.needs).why(has)
    entries = [entry for entry in row.certification if has.in_profile(entry.profile)]
    if not entries:
        names = " or ".join(entry.profile for entry in row.certification)
        return f"belongs to the certification profile {names}, which is not declared"
    reasons = [_excluded(entry, has) for entry in entries]
    return "" if "" in reasons else " / ".join(dict.fromkeys(reasons))


def _excluded(entry: Certification, has: Declared) -> str:
    return "" if entry.status == "M" else parse(entry.features).why(has)
