"""TC_C_39_CSMS: a driver of the same group may stop a transaction, and the CSMS names the group."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVConnectedPreSession,
    EVDisconnected,
)
from harness.steps_csms.known_tokens import accepted_in, know_token


@case("TC_C_39_CSMS")
async def test_tc_c_39_csms(fake_station: FakeStation) -> None:
    tokens, transaction = fake_station.sut.tokens, fake_station.transaction
    in_group = accepted_in(tokens.group)
    # Before
    for token in (tokens.valid, tokens.valid2):
        await know_token(fake_station, token, group=tokens.group)
    await fake_station.reach(EVConnectedPreSession)
    # Main
    await fake_station.authorize(1, 2, info=in_group)
    await fake_station.transaction_event(
        3,
        4,
        "Updated",
        "Authorized",
        payload={"idToken": tokens.valid.as_json()},
        idTokenInfo=in_group,
        requirement="C09.FR.12, E01.FR.12",
    )
    transaction.authorized = True
    await fake_station.run(5, EnergyTransferStarted)
    await fake_station.authorize(6, 7, tokens.valid2, info=in_group)
    await fake_station.transaction_event(
        8,
        9,
        "Updated",
        "StopAuthorized",
        payload={"idToken": tokens.valid2.as_json()},
        idTokenInfo=in_group,
        requirement="C09.FR.12, E01.FR.12",
    )
    transaction.stop_authorized = True
    await fake_station.run(10, EVConnectedPostSession)
    await fake_station.run(11, EVDisconnected)
