"""How stations show that still have something of before a case."""

from __future__ import annotations

from harness.tests.signs.sign import Sign, both, ended, started

EARLIER = {
    "kept-end": Sign(ended("AbnormalCondition", offline=True)),
    "kept-unanswered-end": Sign(ended("EVCommunicationLost", seqNo=9), exclusive=False),
    "kept-transaction": Sign(
        both(
            started("CablePluggedIn", offline=True),
            ended("EVCommunicationLost", offline=True, seqNo=2),
        )
    ),
}
