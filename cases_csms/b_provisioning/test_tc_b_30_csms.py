"""TC_B_30_CSMS: a station that is not accepted yet gets SecurityError for what it reports."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation


@case("TC_B_30_CSMS", connected=False)
async def test_tc_b_30_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.arrange("boot_status", status="Rejected")
    await fake_station.connect()
    # Main
    status = one_of("Pending", "Rejected")
    await fake_station.boot(1, 2, status=status, requirement="B02.FR.09, B03.FR.07")
    for evse, connector in fake_station.sut.connectors:
        report = await fake_station.send(
            3,
            "StatusNotification",
            timestamp=now(),
            connectorStatus="Available",
            evseId=evse,
            connectorId=connector,
        )
        await report.error(4, "SecurityError", requirement="B02.FR.09, B03.FR.07")
    # The other message by which a station may tell of a connector
    event = fake_station.availability_event("Available", *fake_station.sut.connectors[0])
    told = await fake_station.send("post", "NotifyEvent", **event)
    await told.error("post", "SecurityError", requirement="B02.FR.09, B03.FR.07")
    # Post scenario: nor is anything else served that no trigger can ask for
    for action, payload in {
        "Authorize": {"idToken": fake_station.id_token},
        "SecurityEventNotification": {"type": "StartupOfTheDevice", "timestamp": now()},
    }.items():
        unasked = await fake_station.send("post", action, **payload)
        await unasked.error("post", "SecurityError", requirement="B02.FR.09, B03.FR.07")
