"""idTokens that a CSMS takes for something else than its description, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from harness.operators.offers import offers
from harness.peers.fake_station import FakeStation
from harness.peers.id_tokens import ACCEPTED, ARRANGE, SET_IT_UP, Doubt, IdTokens, Said
from harness.plan.planned import Planned
from harness.plan.rehearsal import rehearse
from harness.preflight.finding import Finding, costs, well
from harness.preflight.on_paper import listed
from harness.sut.model import Sut

#: Of whom cases arrange nothing: what was said of them stays so.
_NOT_ARRANGED = ("tokens.valid", "tokens.valid2", "tokens.invalid")
_UNKNOWN, _KNOWN = Said("Unknown"), Said("Accepted")
#: What a CSMS says that knows none of these, by the key of the description.
_NOT_SO: Mapping[str, Mapping[str, Said]] = {
    **{f"tokens.{name}": {name: _UNKNOWN} for name in (*ACCEPTED, "blocked", "expired")},
    "tokens.invalid": {"invalid": _KNOWN},
    **{
        f"tokens.{group}": {name: _KNOWN for name in ACCEPTED if ACCEPTED[name] == group}
        for group in ACCEPTED.values()
    },
}


def id_tokens(sut: Sut, tokens: IdTokens) -> Iterator[Finding]:
    """What the CSMS was asked about, and answered otherwise than described."""
    doubts = list(_that_stay(sut, tokens))
    for doubt in doubts:
        instead = f"{SET_IT_UP}; as it is, cases are to FAIL" if doubt.judged else SET_IT_UP
        yield costs(f"{doubt.text}: {instead}", doubt.key)
    if tokens.said and not doubts:
        yield well("it says of each idToken what the description says, or can be made to")


def _that_stay(sut: Sut, tokens: IdTokens) -> Iterator[Doubt]:
    """Without those that cases will have arranged."""
    arranged = offers(sut.operator, ARRANGE) is not False
    for doubt in tokens.doubts():
        if not arranged or doubt.key in _NOT_ARRANGED:
            yield doubt


def token_costs(sut: Sut, cases: Sequence[Planned], found: Iterable[Finding]) -> Iterator[Finding]:
    """Cases that cannot pass for what was found of idTokens."""
    keys = list(dict.fromkeys(each.path for each in found if each.path in _NOT_SO))
    running = [each.id for each in cases if each.runs]
    all_lost = _lost(sut, running, keys) if keys else []
    for key in keys:
        lost = _lost(sut, all_lost, [key])
        if lost:
            yield costs(f"{key}: {len(lost)} case(s) cannot pass ({listed(lost)})", key)


def _lost(sut: Sut, ids: Sequence[str], keys: Iterable[str]) -> list[str]:
    """Cases that end without a verdict where the CSMS contradicts these keys."""
    # Who is not known has no group either.
    in_order = sorted(keys, key=lambda key: _UNKNOWN in _NOT_SO[key].values())
    said = {name: each for key in in_order for name, each in _NOT_SO[key].items()}
    told = IdTokens(replace(sut, described_tokens=frozenset()), asked=True, said=said)

    def contradicted(peer: FakeStation) -> None:
        peer.tokens = told

    tried = rehearse(sut, ids, refused=lambda name: name == ARRANGE, peers=contradicted)
    return [each.id for each in tried if SET_IT_UP in each.reason]
