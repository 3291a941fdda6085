"""TC_A_11_CS: a station renews its certificate, and is known by the new one.

A02.FR.08 wants it to reconnect by itself; an erratum of the state would have it be made to.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.renewal import renew, switches


@case("TC_A_11_CS", profiles=(3,))
async def test_tc_a_11_cs(fake_csms: FakeCSMS) -> None:
    mark = fake_csms.inbox.mark
    # Main
    key = await renew(fake_csms, 1)
    # Erratum 2025-02 of the state, steps 7 to 9
    await switches(fake_csms, 1, key, since=mark)
