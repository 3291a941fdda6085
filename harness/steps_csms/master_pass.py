"""A master pass stops transactions of others (C16)."""

from __future__ import annotations

from harness.peers.fake_station import FakeStation
from harness.peers.simulated import SimulatedTransaction
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.known_tokens import accepted_in, know_token


async def know_master_pass(station: FakeStation) -> None:
    """The CSMS knows an idToken of the group whose members are master passes at the station."""
    tokens = station.sut.tokens
    station.model.hold("AuthCtrlr.MasterPassGroupId", tokens.master_group.id_token)
    await know_token(station, tokens.master_pass, group=tokens.master_group)


async def charge_everywhere(station: FakeStation) -> list[SimulatedTransaction]:
    """Energy flows at two EVSEs, or at the one that there is, for a driver each."""
    configured = station.sut.configured.evse_id
    await station.reach(EnergyTransferStarted)
    for other in [evse for evse in station.sut.evses if evse != configured][:1]:
        station.turn_to(evse=other, token=station.sut.tokens.valid2)
        await station.reach(EnergyTransferStarted)
    return list(station.transactions)


async def present_master_pass(station: FakeStation, step: int, answer_step: int) -> None:
    """Ask about the master pass; the answer has to name its group."""
    tokens = station.sut.tokens
    info = accepted_in(tokens.master_group)
    await station.authorize(step, answer_step, tokens.master_pass, info=info)


async def stop_by_master_pass(
    station: FakeStation, step: int, answer_step: int, transaction: SimulatedTransaction
) -> None:
    """The transaction ends by the master pass; the answer has to name its group, too."""
    tokens = station.sut.tokens
    station.return_to(transaction)
    await station.transaction_event(
        step,
        answer_step,
        "Ended",
        "StopAuthorized",
        info={"stoppedReason": "MasterPass"},
        payload={"idToken": tokens.master_pass.as_json()},
        idTokenInfo=accepted_in(tokens.master_group),
        requirement="C09.FR.12, E01.FR.12",
    )
