"""How each variant shows: what its run has and the plain system's run never has."""

from __future__ import annotations

from harness.spec.roles import Role
from harness.tests.signs.boot import BOOT
from harness.tests.signs.csms import CSMS
from harness.tests.signs.drivers import DRIVERS
from harness.tests.signs.earlier import EARLIER
from harness.tests.signs.firmware import FIRMWARE
from harness.tests.signs.hardware import HARDWARE
from harness.tests.signs.logs import LOGS
from harness.tests.signs.messages import MESSAGES, WIRE
from harness.tests.signs.reports import REPORTS
from harness.tests.signs.security import SECURITY
from harness.tests.signs.sign import Sign
from harness.tests.signs.transactions import TRANSACTIONS

#: Variants that the harness's reader of frames does not keep: they are tested by themselves.
#: Nor shows in frames what only the description says.
#: Whoever acts as slowly as a person sees nothing of ``slow-contacts``, ``slow-to-notice``,
#: ``slow-to-forget`` and ``loses-hasty-clicks``.
#: Whoever does not arrange what is to hold sees nothing of ``decides-at-connection`` and
#: ``pending-for-one-boot``.
#: ``asks-about-gaps`` shows in TC_E_31_CSMS alone, and by what the harness does not have to ask.
UNSEEN = frozenset(
    {
        "spacious",
        "dc",
        "no-energy-transfer-start",
        "serial-number-required",
        "serial-number-within",
        "asks-about-gaps",
        "slow-contacts",
        "slow-to-notice",
        "slow-to-forget",
        "loses-hasty-clicks",
        "decides-at-connection",
        "pending-for-one-boot",
    }
)

SIGNS: dict[Role, dict[str, Sign]] = {
    Role.STATION: {
        **WIRE,
        **TRANSACTIONS,
        **DRIVERS,
        **EARLIER,
        **FIRMWARE,
        **LOGS,
        **HARDWARE,
        **REPORTS,
        **MESSAGES,
        **BOOT,
        **SECURITY,
    },
    Role.CSMS: {**WIRE, **CSMS},
}
