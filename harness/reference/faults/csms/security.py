"""What a CSMS does wrong with passwords (block A)."""

from __future__ import annotations

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
    response,
)
from harness.reference.faults.csms.words import fault, in_a, leaving, never_sends
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


FAULTS: tuple[Fault, ...] = (
    fault(
        "any-password",
        "Lets a station in with any password.",
        _any_password,
        in_a("2", "03") | in_a("post", "09", "10"),
        leaves=leaving("01", "02"),
    ),
    fault(
        "any-user",
        "Lets a station in by its password, whatever user it names.",
        _any_user,
        in_a("2", "02"),
        leaves=leaving("01", "03"),
    ),
    fault(
        "no-password-is-right",
        "Takes no password.",
        _no_password,
        in_a("2", "01"),
        leaves=("TC_A_07_CSMS",),
    ),
    fault(
        "wrong-password-unanswered",
        "Leaves a station with a wrong password without an answer.",
        _never_answers,
        in_a("2", "02", "03"),
        leaves=leaving("01"),
    ),
    fault(
        "boots-rejected",
        "Rejects every station that boots.",
        response("BootNotification", put(status="Rejected")),
        in_a("4", "01") | in_a("8", "04", "07") | in_a("post", "02", "03"),
        leaves=(),
    ),
    fault(
        "connectors-unanswered",
        "Does not answer StatusNotification.",
        drop("StatusNotification"),
        in_a("6", "01") | in_a("10", "04", "07"),
        leaves=("TC_A_02_CSMS",),
    ),
    fault(
        "password-not-set",
        "Does not send SetVariables when told to.",
        never_sends("SetVariables"),
        in_a("1", "09", "10") | in_a("3", "19"),
    ),
    fault(
        "password-of-another-component",
        "Sets the password of another component.",
        _password(put(component={"name": "SecurityCtrl"})),
        in_a("1", "09", "10"),
    ),
    fault(
        "password-of-an-evse",
        "Sets the password of an EVSE.",
        _password(put(component={"name": "SecurityCtrlr", "evse": {"id": 1}})),
        in_a("1", "09", "10"),
    ),
    fault(
        "password-as-another-variable",
        "Sets a variable of another name.",
        _password(put(variable={"name": "AuthorizationKey"})),
        in_a("1", "09", "10"),
    ),
    fault(
        "password-as-target",
        "Sets the target of the password.",
        _password(put(attributeType="Target")),
        in_a("1", "09", "10"),
    ),
    fault(
        "short-password",
        "Sets a password of 15 characters.",
        _password(lambda item: item.update(attributeValue=item["attributeValue"][:15])),
        in_a("1", "09", "10"),
    ),
    fault(
        "password-with-spaces",
        "Sets a password with characters that none may have.",
        _password(lambda item: item.update(attributeValue=f"{item['attributeValue']} §")),
        in_a("1", "09", "10"),
    ),
    fault(
        "keeps-the-former-password",
        "Goes on with the password of before.",
        _keeps_password,
        in_a("4", "09"),
        leaves=leaving("10"),
    ),
    fault(
        "takes-both-passwords",
        "Takes the former password too.",
        _takes_both("Accepted"),
        in_a("post", "09"),
        leaves=leaving("10"),
    ),
    fault(
        "takes-a-refused-password",
        "Goes on with a password that the station has refused.",
        _takes_refused_password,
        in_a("4", "10"),
        leaves=leaving("09"),
    ),
    fault(
        "takes-a-refused-password-too",
        "Takes a password that the station has refused beside its own.",
        _takes_both("Rejected"),
        in_a("post", "10"),
        leaves=leaving("01", "03"),
    ),
)
