"""TC_B_44_CSMS: a CSMS goes on when a station fails to set a network connection profile.

The page validates nothing of the request itself; the CSMS must survive the answer.
"""

from harness.case import case
from harness.evidence.matchers import PRESENT
from harness.peers.fake_station import FakeStation


@case("TC_B_44_CSMS")
async def test_tc_b_44_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    fake_station.answer("SetNetworkProfile", status="Failed")
    # Main
    await fake_station.ask(
        "SetNetworkProfile",
        configurationSlot=configured.slot_1.slot,
        connectionData={
            "messageTimeout": configured.slot_1.message_timeout,
            "ocppCsmsUrl": configured.csms_url,
            "ocppInterface": configured.slot_1.ocpp_interface,
            "ocppTransport": "JSON",
            "ocppVersion": "OCPP20",
            "securityProfile": fake_station.sut.security_profile,
        },
    )
    await fake_station.expect(1, "SetNetworkProfile", requirement="B09.FR.03")
    # Post scenario: sanity, the CSMS still serves this station
    alive = await fake_station.send("post", "Heartbeat")
    await alive.response("post", currentTime=PRESENT, requirement="B09.FR.03")
