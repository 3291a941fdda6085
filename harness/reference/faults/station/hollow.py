"""A station that does everything by the letter and nothing in deed."""

from __future__ import annotations

import copy
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, all_of, replaces
from harness.reference.faults.station.availability_deeds import serves_all_the_same
from harness.reference.faults.station.firmware_management import pretends_to_download
from harness.reference.faults.station.logs import says_uploaded
from harness.reference.faults.station.reboots import in_words
from harness.reference.faults.station.remote_control import starts_nothing, unlocks_in_words
from harness.reference.faults.station.words import handles, nothing, only_answers
from harness.reference.rpc import Answer, Payload

#: What survives a reboot and is changed by requests.
_KEPT = (
    *("profiles", "certificates", "fallback_root", "own_certificate", "former_certificate"),
    *("cache", "local_list", "local_list_version", "reservations"),
)
#: Requests about that.
_ABOUT_IT = (
    *("SetNetworkProfile", "InstallCertificate", "DeleteCertificate", "CertificateSigned"),
    *("SendLocalList", "ClearCache", "CancelReservation"),
)


def _forgets(action: str) -> Alter:
    """The answer is right, and what was to be kept is not."""

    async def act(
        station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
    ) -> Answer:
        memory = station.memory
        before = {name: copy.copy(getattr(memory, name)) for name in _KEPT}
        answer: Answer = await original(asked)
        if any(getattr(memory, name) != value for name, value in before.items()):
            mark_triggered()
        for name, value in before.items():
            setattr(memory, name, value)
        return answer

    return handles(action)(act)


@replaces("variables.set_one")
def _sets_nothing(
    station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
) -> Payload:
    every = [attribute for variable in station.model for attribute in variable.attributes]
    before = [attribute.value for attribute in every]
    result: Payload = original(item)
    for attribute, value in zip(every, before, strict=True):
        if attribute.value != value:
            mark_triggered()
        attribute.value = value
    return result


@handles("TriggerMessage")
async def _triggers_nothing(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    mark_triggered()
    return Answer(answer.payload)


FAULTS = (
    Fault(
        "everything-in-words",
        "Answers every request as it should, tells of reboots, and does nothing of it.",
        all_of(
            *(_forgets(action) for action in _ABOUT_IT),
            only_answers("RequestStopTransaction", {"status": "Accepted"}),
            _sets_nothing,
            _triggers_nothing,
            in_words,
            serves_all_the_same,
            starts_nothing,
            unlocks_in_words,
            says_uploaded,
            pretends_to_download,
            nothing("customers.clear"),
        ),
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "2"),
    ),
)
