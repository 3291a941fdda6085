"""TC_B_42_CSMS: a CSMS sets a network connection profile."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_B_42_CSMS")
async def test_tc_b_42_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    profile = {
        "messageTimeout": configured.slot_1.message_timeout,
        "ocppCsmsUrl": configured.csms_url,
        "ocppInterface": configured.slot_1.ocpp_interface,
        "ocppTransport": "JSON",
        "ocppVersion": "OCPP20",
        "securityProfile": fake_station.sut.security_profile,
    }
    fake_station.answer("SetNetworkProfile", status="Accepted")
    # Main
    await fake_station.ask(
        "SetNetworkProfile", configurationSlot=configured.slot_1.slot, connectionData=profile
    )
    await fake_station.expect(
        1,
        "SetNetworkProfile",
        configurationSlot=configured.slot_1.slot,
        connectionData=profile,
        requirement="B09.FR.01",
    )
