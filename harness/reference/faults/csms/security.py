"""What a CSMS does wrong with passwords (block A)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.reference.csms.access import basic_credentials
from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    drop,
    inside,
    put,
    replaces,
    request,
)
from harness.reference.faults.csms.words import never_sends
from harness.reference.rpc import Payload

# Passwords


@replaces("access.password_valid")
def _any_password(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, headers: Any
) -> bool:
    given = basic_credentials(headers)
    if not original(identity, headers):
        mark_triggered()
    return given is not None and given[0] == identity


@replaces("access.password_valid")
def _any_user(
    csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, headers: Any
) -> bool:
    given = basic_credentials(headers)
    if not original(identity, headers):
        mark_triggered()
    return given is not None and csms.access.credentials.match(identity, given[1])


@replaces("access.password_valid")
def _no_password(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> bool:
    mark_triggered()
    return False


@replaces("requests.learn_password")
def _keeps_password(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> None:
    mark_triggered()


@replaces("requests.learn_password")
def _takes_refused_password(
    csms: Any,
    _original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    password: str,
    status: str,
) -> None:
    if status != "Accepted":
        mark_triggered()
    csms.access.credentials.set(station.identity, password)


def _takes_both(when: str) -> Alter:
    """After an answer of this status, the password that was set is taken, and the former too."""

    def alter(csms: Any, mark_triggered: MarkTriggered) -> None:
        set_passwords: list[str] = []

        def learn(_station: Any, password: str, status: str) -> None:
            if status == when:
                set_passwords.append(password)

        def valid(identity: str, headers: Any) -> bool:
            given = basic_credentials(headers)
            if given is not None and given[1] in set_passwords:
                mark_triggered()
                return given[0] == identity
            return original(identity, headers)

        original = csms.access.password_valid
        csms.requests.learn_password, csms.access.password_valid = learn, valid

    return alter


def _password(change: Change) -> Alter:
    return request(
        "SetVariables",
        inside("setVariableData", lambda item: change(item) if _is_password(item) else None),
    )


def _is_password(item: Payload) -> bool:
    return item["variable"]["name"] == "BasicAuthPassword"


@replaces("access.decide")
async def _never_answers(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    connection: Any,
    asked: Any,
    where: Any,
) -> Any:
    found = original(connection, asked, where)
    if found is not None:
        mark_triggered()
        await connection.wait_closed()
    return found


def _leaves_unanswered(csms: Any, mark_triggered: MarkTriggered) -> None:
    csms.config = replace(csms.config, handshake_timeout=None)
    _never_answers(csms, mark_triggered)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "any-password",
        "Lets a station in with any password.",
        _any_password,
        requirement="A00.FR.204, A00.FR.207",
        shows=("TC_A_03_CSMS", "2"),
    ),
    Fault(
        "any-user",
        "Lets a station in by its password, whatever user it names.",
        _any_user,
        requirement="A00.FR.204, A00.FR.207",
        shows=("TC_A_02_CSMS", "2"),
    ),
    Fault(
        "no-password-is-right",
        "Takes no password.",
        _no_password,
        requirement="A00.FR.204, A00.FR.207",
        shows=("TC_A_01_CSMS", "2"),
    ),
    Fault(
        "wrong-password-unanswered",
        "Leaves a station with a wrong password without an answer.",
        _leaves_unanswered,
        requirement="A00.FR.204, A00.FR.207",
        shows=("TC_A_02_CSMS", "2"),
    ),
    Fault(
        "connectors-unanswered",
        "Does not answer StatusNotification.",
        drop("StatusNotification"),
        requirement="Part 4, 4.1.1",
        shows=("TC_A_01_CSMS", "6"),
    ),
    Fault(
        "password-not-set",
        "Does not send SetVariables when told to.",
        never_sends("SetVariables"),
        requirement="A01.FR.01-02",
        shows=("TC_A_09_CSMS", "1"),
    ),
    Fault(
        "password-of-another-component",
        "Sets the password of another component.",
        _password(put(component={"name": "SecurityCtrl"})),
        requirement="A01.FR.01-02",
        shows=("TC_A_09_CSMS", "1"),
    ),
    Fault(
        "password-as-another-variable",
        "Sets a variable of another name.",
        _password(put(variable={"name": "AuthorizationKey"})),
        requirement="A01.FR.01-02",
        shows=("TC_A_09_CSMS", "1"),
    ),
    Fault(
        "password-as-target",
        "Sets the target of the password.",
        _password(put(attributeType="Target")),
        requirement="A01.FR.01-02",
        shows=("TC_A_09_CSMS", "1"),
    ),
    Fault(
        "short-password",
        "Sets a password of 15 characters.",
        _password(lambda item: item.update(attributeValue=item["attributeValue"][:15])),
        requirement="A00.FR.205",
        shows=("TC_A_09_CSMS", "1"),
    ),
    Fault(
        "long-password",
        "Sets a password of 65 characters.",
        _password(lambda item: item.update(attributeValue=item["attributeValue"].ljust(65, "x"))),
        requirement="A00.FR.205",
        shows=("TC_A_09_CSMS", "1"),
    ),
    Fault(
        "keeps-the-former-password",
        "Goes on with the password of before.",
        _keeps_password,
        requirement="A01.FR.03",
        shows=("TC_A_09_CSMS", "4"),
    ),
    Fault(
        "takes-both-passwords",
        "Takes the former password too.",
        _takes_both("Accepted"),
        requirement="A01.FR.03",
        shows=("TC_A_09_CSMS", "post"),
    ),
    Fault(
        "takes-a-refused-password",
        "Goes on with a password that the station has refused.",
        _takes_refused_password,
        requirement="A01.FR.04",
        shows=("TC_A_10_CSMS", "4"),
    ),
    Fault(
        "takes-a-refused-password-too",
        "Takes a password that the station has refused beside its own.",
        _takes_both("Rejected"),
        requirement="A01.FR.04",
        shows=("TC_A_10_CSMS", "post"),
    ),
)
