"""What the description of a system under test must mean, beyond being well-formed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

from harness.evidence.values import brief
from harness.pki.passwords import PASSWORD
from harness.spec.roles import Role
from harness.sut.model import (
    FILE_PROTOCOLS,
    IMAGE_FILES,
    IMAGES,
    IRREVERSIBLE,
    OPERATOR_KINDS,
    NetworkProfile,
    Sut,
    Token,
)
from harness.sut.operator_checks import check_templates
from harness.sut.waits import csms_waits, station_waits

#: Notes a mistake: path ("tokens.valid.type"), what is wrong, what to write instead.
Wrong = Callable[[str, str, str], None]

AUTHORIZATIONS = ("local", "remote")
ROOT_KEYS = ("EC", "RSA")
RATE_UNITS = ("A", "W")

#: Characters: of the identity (Part 4, 3.1), ChargingStationType.serialNumber and an idToken.
_LONGEST_IDENTITY = 48
_LONGEST_SERIAL = 25
_LONGEST_TOKEN = 36
_HIGHEST_PORT = 65535


def check(sut: Sut, wrong: Wrong) -> None:
    """Report everything in ``sut`` that cannot be, by calling ``wrong`` for each mistake."""
    for rule in (
        _identity,
        _security,
        _images,
        _endpoint,
        _listen,
        _evses,
        _place,
        _configured,
        _limits,
        _tokens,
        _profiles,
        _features,
        _numbers,
        _operator,
    ):
        rule(sut, wrong)


def _one_of(path: str, value: str, allowed: Iterable[str], wrong: Wrong) -> None:
    allowed = list(allowed)
    if value in allowed:
        return
    near = difflib.get_close_matches(value, allowed, n=1)
    hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(allowed)}"
    wrong(path, f"{path} is {value!r}, which does not exist", hint)


def _at_least(path: str, value: float, least: float, wrong: Wrong) -> None:
    if value < least:
        wrong(path, f"{path} is {value}", f"write {least} or more")


def _identity(sut: Sut, wrong: Wrong) -> None:
    if not sut.name.strip():
        wrong("name", "name is empty", "write the name of the product")
    if not sut.identity or len(sut.identity) > _LONGEST_IDENTITY or ":" in sut.identity:
        instead = f"write 1 to {_LONGEST_IDENTITY} characters without a colon (Part 4, 3.1)"
        wrong("identity", f"identity {sut.identity!r} is not allowed", instead)
    if sut.role is Role.CSMS and len(sut.serial) > _LONGEST_SERIAL:
        instead = f"write serial_number, at most {_LONGEST_SERIAL} characters (ChargingStationType)"
        wrong("serial_number", f"{sut.serial!r} is too long for a BootNotificationRequest", instead)


def _security(sut: Sut, wrong: Wrong) -> None:
    if sut.security_profile not in range(4):
        what = f"security_profile is {sut.security_profile}"
        wrong("security_profile", what, "write 0, 1, 2 or 3 (Part 2, A00)")
    if not {1, 2}.isdisjoint(sut.urls):
        _password(sut, wrong)
    for name in ("ca_file", "station_ca_file"):
        _file(name, getattr(sut, name), wrong, "give the path of a PEM file")


def _images(sut: Sut, wrong: Wrong) -> None:
    for name in IMAGES:
        image = getattr(sut, name)
        for field in IMAGE_FILES:
            _file(f"{name}.{field}", getattr(image, field), wrong, "give the path of a file")
        if image.file and image.location:
            what = f"{name} has both a file and a location"
            wrong(f"{name}.location", what, "leave one of them out")


def _file(path: str, file: str, wrong: Wrong, instead: str) -> None:
    if file and not _is_file(file):
        wrong(path, f"there is no file {brief(file, 300)} that can be read", instead)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # a name that is too long, or a folder that is closed to us
        return False


def _password(sut: Sut, wrong: Wrong) -> None:
    if not sut.password:
        if sut.operator.kind != "embedded":
            profile = min(set(sut.urls) & {1, 2})
            what = f"security profile {profile} needs a password"
            wrong("password", what, "add 'password: ${NAME}' and set that environment variable")
        return
    if not PASSWORD.fullmatch(sut.password):
        instead = "use 16 to 64 letters, digits and * - _ = : + | @ . (Part 2, A00.FR.205)"
        wrong("password", "the password is no passwordString of allowed length", instead)


def _endpoint(sut: Sut, wrong: Wrong) -> None:
    if sut.role is not Role.CSMS:
        return
    _url("url", sut.url, sut.security_profile, sut, wrong)
    for profile, url in sut.endpoints.items():
        if profile not in (1, 2, 3):
            what = f"endpoints names security profile {profile}"
            wrong("endpoints", what, "write 1, 2 or 3 (Part 2, A00)")
        elif profile != sut.security_profile:
            _url(f"endpoints.{profile}", url, profile, sut, wrong)


def _url(path: str, url: str, profile: int, sut: Sut, wrong: Wrong) -> None:
    if not url and sut.operator.kind == "embedded":
        return
    scheme = "wss" if profile in (2, 3) else "ws"
    instead = f"write '{scheme}://host:port/path', without the station's identity"
    if not url:
        wrong(path, f"a CSMS needs a url{'' if path == 'url' else f' in {path}'}", instead)
    elif not _is_url(url, scheme):
        wrong(path, f"{path} {url!r} does not fit security profile {profile}", instead)


def _is_url(text: str, scheme: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == scheme and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _listen(sut: Sut, wrong: Wrong) -> None:
    listen = sut.listen
    ports = (
        ("listen.port", listen.port),
        ("listen.port_2", listen.port_2),
        ("listen.port_files", listen.port_files),
    )
    for path, port in ports:
        if port not in range(_HIGHEST_PORT + 1):
            wrong(path, f"{path} is {port}", "write a port from 1 to 65535, or 0 for any free one")
    if sut.listen.port == sut.listen.port_2 != 0:
        what = f"listen.port and listen.port_2 are both {sut.listen.port}"
        wrong("listen.port_2", what, "write two different ports")
    if listen.file_protocol and listen.file_protocol not in FILE_PROTOCOLS:
        what = f"listen.file_protocol is {brief(listen.file_protocol)}"
        wrong("listen.file_protocol", what, f"write {' or '.join(FILE_PROTOCOLS)}")


def _evses(sut: Sut, wrong: Wrong) -> None:
    if not sut.evses:
        wrong("evses", "evses is empty", "write '1: [1]' for EVSE 1 with connector 1")
    for evse, connectors in sut.evses.items():
        path = f"evses.{evse}"
        if evse < 1 or not connectors or min(connectors) < 1:
            what = f"EVSE {evse} with connectors {list(connectors)} cannot be"
            wrong(path, what, "number EVSEs and connectors from 1, one connector at least")


def _place(sut: Sut, wrong: Wrong) -> None:
    evse, connector = sut.configured.evse_id, sut.configured.connector_id
    if not sut.evses or not all(sut.evses.values()):
        return  # _evses says what is wrong
    if evse not in sut.evses:
        what = f"configured.evse_id is {evse}, which is not in evses"
        wrong("configured.evse_id", what, f"write one of {_listed(sut.evses)}")
    elif connector not in sut.evses[evse]:
        what = f"configured.connector_id {connector} is not at that EVSE"
        wrong("configured.connector_id", what, f"write one of {_listed(sut.evses[evse])}")


def _configured(sut: Sut, wrong: Wrong) -> None:
    configured = sut.configured
    _at_least("configured.heartbeat_interval", configured.heartbeat_interval, 1, wrong)
    # TC_B_52 makes the back-off two seconds shorter than the threshold.
    _at_least("configured.offline_threshold", configured.offline_threshold, 2, wrong)
    back_off = configured.retry_back_off_wait_minimum
    _at_least("configured.retry_back_off_wait_minimum", back_off, 0, wrong)
    _at_least("configured.transaction_duration", configured.transaction_duration, 0, wrong)
    time_out, interval = configured.ev_connection_time_out, configured.tx_updated_interval
    _at_least("configured.ev_connection_time_out", time_out, 1, wrong)
    _at_least("configured.tx_updated_interval", interval, 1, wrong)
    for name in ("aligned_data_interval", "aligned_data_tx_ended_interval"):
        _on_every_clock(sut, name, wrong)
    ended = configured.sampled_data_tx_ended_interval
    _at_least("configured.sampled_data_tx_ended_interval", ended, 1, wrong)
    _one_of("configured.charging_rate_unit", configured.charging_rate_unit, RATE_UNITS, wrong)
    phases = configured.number_phases
    if phases not in (1, 2, 3):
        what = f"configured.number_phases is {phases}"
        wrong("configured.number_phases", what, "write 1, 2 or 3")
    most = configured.max_energy_on_invalid_id
    _at_least("configured.max_energy_on_invalid_id", most, 1, wrong)
    # TC_E_42 and TC_E_51 have the second of more than two attempts succeed.
    _at_least("configured.message_attempts", configured.message_attempts, 3, wrong)
    signing = configured.cert_signing_wait_minimum
    _at_least("configured.cert_signing_wait_minimum", signing, 1, wrong)
    pause = configured.message_attempt_interval
    _at_least("configured.message_attempt_interval", pause, 1, wrong)
    _slots(sut, wrong)
    features = sut.edition.features
    for name, value, known in (
        ("tx_start_point", configured.tx_start_point, features.start_points),
        ("tx_stop_point", configured.tx_stop_point, features.stop_points),
    ):
        for each in value.split(",") if value else ():
            _one_of(f"configured.{name}", each.strip(), known.values(), wrong)


def _slots(sut: Sut, wrong: Wrong) -> None:
    first, second = sut.configured.slot_1, sut.configured.slot_2
    interfaces = sut.edition.enumeration("OCPPInterfaceEnumType", "SetNetworkProfileRequest")
    for path, slot in (("configured.slot_1", first), ("configured.slot_2", second)):
        _slot(path, slot, interfaces, wrong)
    if first.slot == second.slot:
        what = f"slot_1 and slot_2 are both configuration slot {first.slot}"
        wrong("configured.slot_2", what, "name two different slots")


def _slot(path: str, slot: NetworkProfile, interfaces: Sequence[str], wrong: Wrong) -> None:
    _at_least(f"{path}.slot", slot.slot, 0, wrong)
    _at_least(f"{path}.message_timeout", slot.message_timeout, 1, wrong)
    _one_of(f"{path}.ocpp_interface", slot.ocpp_interface, interfaces, wrong)


def _limits(sut: Sut, wrong: Wrong) -> None:
    for each in fields(sut.limits):
        path = f"limits.{each.name}"
        if getattr(sut.limits, each.name) <= 0:
            wrong(path, f"{path} is not above zero", "write seconds, such as 30")
    _long_enough(sut, wrong)
    _at_least("deviation", sut.deviation, 0, wrong)
    for each in fields(sut.pace):
        _at_least(f"pace.{each.name}", getattr(sut.pace, each.name), 0, wrong)


def _long_enough(sut: Sut, wrong: Wrong) -> None:
    """A case lasts at least as long as what it waits for, by the values it configures."""
    limits, configured = sut.limits, sut.configured
    if sut.role is Role.STATION:
        longest, why = max(station_waits(configured), key=lambda each: each[0])
        longest += limits.boot + limits.connect
        why = f"limits.boot, limits.connect and {why}"
    else:
        longest, why = max(csms_waits(configured), key=lambda each: each[0])
    if 0 < limits.case < longest:
        what = f"limits.case is {limits.case:g}, but cases wait for {longest:g} s ({why})"
        wrong("limits.case", what, f"write {2 * longest:g} or more")
    within = configured.ev_connection_time_out
    if sut.pace.reaction >= within > 0:
        what = f"pace.reaction is {sut.pace.reaction:g}, too slow to plug in within {within} s"
        wrong("pace.reaction", what, "write less than configured.ev_connection_time_out")


def _on_every_clock(sut: Sut, name: str, wrong: Wrong) -> None:
    """An interval that begins anew at the same moments in every time zone."""
    interval = getattr(sut.configured, name)
    if interval < 1 or 900 % interval:
        what = f"configured.{name} is {interval}, which does not divide 900"
        wrong(f"configured.{name}", what, "write 60, 300 or 900")


def _tokens(sut: Sut, wrong: Wrong) -> None:
    types = sut.edition.enumeration("IdTokenEnumType", "AuthorizeRequest")
    for each in fields(sut.tokens):
        token: Token = getattr(sut.tokens, each.name)
        path = f"tokens.{each.name}"
        _one_of(f"{path}.type", token.type, types, wrong)
        nothing = token.type == "NoAuthorization"
        if len(token.id_token) > _LONGEST_TOKEN or nothing != (token.id_token == ""):
            instead = f"write 1 to {_LONGEST_TOKEN} characters ('' for NoAuthorization)"
            wrong(f"{path}.id_token", f"{path}.id_token {token.id_token!r} is not allowed", instead)


def _profiles(sut: Sut, wrong: Wrong) -> None:
    known = sut.edition.features.profiles
    for profile in sorted(sut.profiles):
        if profile not in known:
            near = difflib.get_close_matches(profile, known, n=1, cutoff=0.5)
            instead = f"did you mean {near[0]}?" if near else f"write of {', '.join(known)}"
            wrong(f"profiles.{profile}", f"there is no certification profile {profile!r}", instead)
    if "Core" not in sut.profiles:
        wrong("profiles", "the profile Core is missing", "add Core (Part 5, chapter 2)")
    if sut.product_subtype:
        _one_of("product_subtype", sut.product_subtype, sut.edition.features.subtypes, wrong)
    _one_of("authorization", sut.authorization, AUTHORIZATIONS, wrong)
    if sut.start_button and sut.authorization == "remote":
        what = "authorization is 'remote', but drivers press the start button of this station"
        wrong("authorization", what, "write local (Part 2, C02)")
    _one_of("root_key", sut.root_key, ROOT_KEYS, wrong)
    for each in sorted(sut.irreversible):
        _one_of("irreversible", each, IRREVERSIBLE, wrong)


def _features(sut: Sut, wrong: Wrong) -> None:
    features = sut.edition.features
    known = features.known[sut.role] | features.renamed[sut.role].keys()
    for feature in sorted(sut.features - known):
        wrong(
            f"features.{feature}",
            f"a {sut.role} has no feature {feature!r}",
            _feature_hint(feature, sut),
        )
    for group in features.one_of[sut.role]:
        if sut.features.isdisjoint(group):
            what = f"none of {', '.join(group)} is declared"
            wrong("features", what, "add those that the system supports, one at least (Part 5, 3)")


def _feature_hint(feature: str, sut: Sut) -> str:
    known = sut.edition.features.known[sut.role]
    options = sorted(each for each in known if each.startswith(f"{feature}."))
    if options:
        return f"name its options: {', '.join(options)}"
    if feature in sut.edition.features.counted:
        return f"write it under numbers: '{feature}: 2'"
    near = difflib.get_close_matches(feature, known, n=2)
    return f"did you mean {' or '.join(near)}?" if near else "take the ids from Part 5, chapter 3"


def _numbers(sut: Sut, wrong: Wrong) -> None:
    counted = sut.edition.features.counted
    for name, number in sut.numbers.items():
        path = f"numbers.{name}"
        if name not in counted:
            wrong(path, f"there is no counted feature {name!r}", f"use {', '.join(counted)}")
        elif sut.role is Role.STATION and number != len(sut.evses):
            what = f"{name} is {number}, but evses names {len(sut.evses)}"
            wrong(path, what, "make both say the same, or leave it out")


def _operator(sut: Sut, wrong: Wrong) -> None:
    path, spec = "operator", sut.operator
    while spec is not None:
        _one_of(f"{path}.kind", spec.kind, OPERATOR_KINDS, wrong)
        if spec.kind == "embedded" and path != "operator":
            what = "an embedded system has no other operator"
            wrong(
                f"{path}.kind",
                what,
                f"write one of {_listed(k for k in OPERATOR_KINDS if k != spec.kind)}",
            )
        path, spec = f"{path}.fallback", spec.fallback
    check_templates(sut, wrong)


def _listed(items: Iterable[object]) -> str:
    return ", ".join(map(str, items))
