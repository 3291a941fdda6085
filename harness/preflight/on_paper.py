"""What a description alone shows, without the system: the cheap part of the preflight."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.operators.offers import offers
from harness.pki.keyset import folders
from harness.plan.planned import Planned
from harness.plan.rehearsal import rehearse
from harness.preflight.finding import Finding, costs, well
from harness.spec.roles import Role
from harness.sut.contract import Refusal, of_role
from harness.sut.model import Sut

#: Longest list of cases in a line.
_MOST = 8


def to_set_up(sut: Sut, certs: Path) -> Iterator[str]:
    """What the system under test must have been told."""
    secure, mutual = sut.security_profile >= 2, sut.security_profile == 3
    if sut.role is Role.CSMS:
        if mutual:
            root = certs / f"csms-{sut.identity}" / "old_root.pem"
            yield f"the CSMS is to trust stations whose root certificate is {root}"
        return
    yield f"the station is to connect to {sut.csms_url}/{sut.identity}"
    *_, folder = folders(certs / sut.identity)
    if secure:
        yield f"and to trust the root certificate {folder / 'old_root.pem'}"
    if mutual:
        yield f"and to have the certificate {folder / 'station.pem'} with its key station.key"


def address(sut: Sut) -> Iterator[Finding]:
    """Whether a station can come to where the harness listens."""
    if sut.role is Role.CSMS:
        return
    listen = sut.listen
    if _is_loopback(listen.bind) and not _is_loopback(listen.host):
        yield costs(
            f"listen.bind is {listen.bind}, where only this machine comes, and the station is told"
            f" to connect to {listen.host}: write 'bind: 0.0.0.0' if it is another machine",
            "listen.bind",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def missing_templates(sut: Sut) -> Iterator[Finding]:
    """Actions of the contract for which the operator has no way; without a rehearsal."""
    for action in of_role(sut.role):
        if offers(sut.operator, action.name) is False and action.refusal is Refusal.STOPS:
            yield costs(f"the operator has no {action.name}", _ACTIONS)


_ACTIONS = "operator.settings.actions"


def cheap(sut: Sut, certs: Path) -> Iterator[str]:
    """What a run says of itself before its first case: no rehearsal, no connection."""
    yield from to_set_up(sut, certs)
    for each in (*address(sut), *missing_templates(sut)):
        yield f"{each.weight}: {each.text} (python -m harness probe tells what it costs)"


def operator_gaps(sut: Sut, cases: Sequence[Planned]) -> Iterator[Finding]:
    """What cases need and the operator cannot, and which cases that costs."""
    running = [each for each in cases if each.runs]
    needed = sorted({name for each in running for name in each.asked})
    unknown = [name for name in needed if offers(sut.operator, name) is None]
    gaps = [name for name in needed if offers(sut.operator, name) is False]
    for name in gaps:
        yield _gap(sut, name, [each.id for each in running if name in each.asked])
    if unknown:
        yield well(
            f"the operator is asked for {', '.join(unknown)}: only the run shows whether it can"
        )
    if not gaps and not unknown:
        asked = ", ".join(needed) or "nothing"
        yield well(f"the operator has a way for all that it is asked for: {asked}")


def _gap(sut: Sut, name: str, ids: Sequence[str]) -> Finding:
    """What becomes of the cases that ask for it, found by rehearsing them without."""
    tried = rehearse(sut, ids, refused=lambda asked: asked == name)
    lost = [each.id for each in tried if not each.verdict.green]
    others = len(ids) - len(lost)
    rest = f"; {others} go on without it" if others else ""
    if not lost:
        return well(f"the operator has no {name}: {len(ids)} case(s) go on without it")
    return costs(
        f"the operator has no {name}: {len(lost)} case(s) INCONCLUSIVE ({listed(lost)}){rest}",
        _ACTIONS,
    )


def limits(sut: Sut, cases: Sequence[Planned]) -> Iterator[Finding]:
    """Cases that take longer than a case may."""
    slow = [each for each in cases if each.runs and each.seconds > sut.limits.case]
    if not slow:
        yield well(f"no case takes longer than limits.case, {sut.limits.case:g} s")
        return
    longest = max(each.seconds for each in slow)
    yield costs(
        f"limits.case is {sut.limits.case:g} s, and {len(slow)} case(s) take longer"
        f" ({listed([each.id for each in slow])}): write {2 * longest:.0f}",
        "limits.case",
    )


def listed(ids: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(ids) - _MOST} more" if len(ids) > _MOST else ""
    return ", ".join(ids[:_MOST]) + more
