"""Faults of TLS and of the trust in a server: TC_A_04 to 07."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    replaces,
)
from harness.reference.faults.station.words import (
    never_sends,
    notes_no,
    restarted,
)
from harness.reference.rpc import Payload

#: X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name.
_NO_CHECK_TIME = 0x200000


def _tls(change: Any, *, after_restart: bool = True) -> Alter:
    """The TLS of connections (after the first boot) is changed by ``change(context)``."""

    @replaces("link.tls")
    def tls(
        station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        profile: Payload,
        roots: list[str],
    ) -> ssl.SSLContext:
        context: ssl.SSLContext = original(profile, roots)
        if restarted(station) or not after_restart:
            mark_triggered()
            change(context)
        return context

    return tls


def _one_suite(context: ssl.SSLContext) -> None:
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")


def _knows_old_tls(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):  # that it is deprecated is the fault
        context.minimum_version = ssl.TLSVersion.TLSv1_1


def _knows_old_tls_alone(context: ssl.SSLContext) -> None:
    _knows_old_tls(context)
    with warnings.catch_warnings(action="ignore"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def _old_tls_too(context: ssl.SSLContext) -> None:
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1


def _no_encryption_too(context: ssl.SSLContext) -> None:
    context.set_ciphers("HIGH:!aNULL:eNULL:@SECLEVEL=0")


def _no_authentication_too(context: ssl.SSLContext) -> None:
    context.set_ciphers("HIGH:aNULL:@SECLEVEL=0")


def _trusts_everybody(context: ssl.SSLContext) -> None:
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE


def _looks_at_no_name(context: ssl.SSLContext) -> None:
    context.check_hostname = False


def _looks_at_no_date(context: ssl.SSLContext) -> None:
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)


def _takes_wildcards(context: ssl.SSLContext) -> None:
    context.sslobject_class = ssl.SSLObject


@replaces("link.tls")
def _trusts_the_second_time(
    station: Any, original: Any, mark_triggered: MarkTriggered, profile: Payload, roots: list[str]
) -> ssl.SSLContext:
    """Looks at the certificate once, and trusts anybody when it comes again."""
    context: ssl.SSLContext = original(profile, roots)
    if "InvalidCsmsCertificate" in station.security._noted:
        mark_triggered()
        _trusts_everybody(context)
    return context


@replaces("link.establish")
async def _stays_away(
    _station: Any, original: Any, mark_triggered: MarkTriggered, after_loss: bool
) -> Any:
    """After a connection is lost, or an attempt failed, nothing more is tried."""
    if after_loss:
        mark_triggered()
        await asyncio.Event().wait()
    return await original(after_loss)


@replaces("link.attempt")
async def _gives_up(_station: Any, original: Any, mark_triggered: MarkTriggered, slot: int) -> Any:
    """After an attempt that failed, nothing more is tried."""
    connection = await original(slot)
    if connection is None:
        mark_triggered()
        await asyncio.Event().wait()
    return connection


FAULTS = (
    Fault(
        "one-cipher-suite",
        "Offers only one of two cipher suites that belong together.",
        _tls(_one_suite),
        requirement="A00.FR.313, A00.FR.319, A00.FR.321, A00.FR.422",
        shows=("TC_A_04_CS", "2"),
    ),
    Fault(
        "tls-1.1-alone",
        "Offers nothing above TLS 1.1.",
        _tls(_knows_old_tls_alone),
        requirement="A00.FR.313, A00.FR.319, A00.FR.321, A00.FR.422",
        shows=("TC_A_04_CS", "2"),
    ),
    Fault(
        "tls-1.0-offered-too",
        "Offers TLS 1.0 beside the newer versions.",
        _tls(_old_tls_too),
        requirement="A00.FR.313, A00.FR.416",
        shows=("TC_A_04_CS", "2"),
    ),
    Fault(
        "suites-without-encryption-too",
        "Offers cipher suites that encrypt nothing beside the good ones.",
        _tls(_no_encryption_too),
        requirement="A00.FR.320",
        shows=("TC_A_04_CS", "2"),
    ),
    Fault(
        "suites-without-authentication-too",
        "Offers cipher suites that authenticate nobody beside the good ones.",
        _tls(_no_authentication_too),
        requirement="A00.FR.423",
        shows=("TC_A_07_CS", "4"),
    ),
    Fault(
        "tls-1.1-accepted",
        "Goes on with a server that speaks TLS 1.1 at most.",
        _tls(_knows_old_tls),
        requirement="A00.FR.314, A00.FR.316, A00.FR.417, A00.FR.419",
        shows=("TC_A_06_CS", "3"),
    ),
    Fault(
        "gives-up-on-a-failure",
        "Does not connect any more after an attempt that failed.",
        _gives_up,
        requirement="Part 4, 5.3",
        shows=("TC_A_05_CS", "8"),
    ),
    Fault(
        "stays-away-after-a-loss",
        "Does not connect any more after its connection was lost.",
        _stays_away,
        requirement="Part 4, 5.3",
        shows=("TC_A_05_CS", "2"),
    ),
    Fault(
        "any-server-trusted",
        "Looks at no server certificate.",
        _tls(_trusts_everybody, after_restart=False),
        requirement="A00.FR.309, A00.FR.311, A00.FR.412, A00.FR.414",
        shows=("TC_A_05_CS", "7"),
    ),
    Fault(
        "any-server-trusted-the-second-time",
        "Looks at a bad server certificate once, and trusts it at the next attempt.",
        _trusts_the_second_time,
        requirement="A00.FR.309, A00.FR.311, A00.FR.412, A00.FR.414",
        shows=("TC_A_05_CS", "7"),
    ),
    Fault(
        "server-name-not-looked-at",
        "Trusts a server certificate whatever name it has.",
        _tls(_looks_at_no_name, after_restart=False),
        requirement="A00.FR.309, A00.FR.311, A00.FR.412, A00.FR.414",
        shows=("TC_A_05_CS", "7"),
    ),
    Fault(
        "server-dates-not-looked-at",
        "Trusts a server certificate that has expired or is not valid yet.",
        _tls(_looks_at_no_date, after_restart=False),
        requirement="A00.FR.309, A00.FR.311, A00.FR.412, A00.FR.414",
        shows=("TC_A_05_CS", "7"),
    ),
    Fault(
        "server-wildcard-trusted",
        "Trusts a wildcard in a server certificate though it must not.",
        _tls(_takes_wildcards, after_restart=False),
        requirement="A00.FR.309, A00.FR.311, A00.FR.412, A00.FR.414",
        shows=("TC_A_05_CS", "7"),
    ),
    Fault(
        "bad-server-not-reported",
        "Tells nobody of a bad server certificate.",
        notes_no("InvalidCsmsCertificate"),
        requirement="A00.FR.310, A00.FR.413",
        shows=("TC_A_05_CS", "10"),
    ),
    Fault(
        "start-not-reported",
        "Tells no security event of its start.",
        never_sends(
            "SecurityEventNotification",
            when=lambda event: event["type"] in ("StartupOfTheDevice", "ResetOrReboot"),
        ),
        requirement="A04.FR.01",
        shows=("TC_A_06_CS", "14"),
    ),
    Fault(
        "connectors-not-reported-after-reset",
        "Does not tell the states of its connectors after a reboot.",
        never_sends("StatusNotification"),
        requirement="B01.FR.05",
        shows=("TC_A_04_CS", "9"),
    ),
)
