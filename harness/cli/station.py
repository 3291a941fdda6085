"""``python -m harness station``: the embedded station against a CSMS."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from harness.cli.arguments import PASSWORD_VARIABLE, add_password, token
from harness.cli.command import Command, UsageError
from harness.cli.standalone import INTERRUPTED, Charge, run_station, serial_number, supervised
from harness.cli.terminal import say
from harness.reference.station import StationConfig
from harness.sut.model import Tokens


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--csms", required=True, metavar="URL", help="without the identity")
    parser.add_argument("--identity", default="CS001")
    parser.add_argument(
        "--profile", type=int, choices=range(4), help="security profile (default: by the rest)"
    )
    add_password(parser)
    parser.add_argument("--ca", default="", metavar="FILE", help="root certificate of the CSMS")
    parser.add_argument("--cert", default="", metavar="FILE", help="the station's certificate")
    parser.add_argument("--key", default="", metavar="FILE", help="its key")
    parser.add_argument(
        "--memory", default="", metavar="FILE", help="keeps tokens and availability for next time"
    )
    parser.add_argument(
        "--charge", action="store_true", help="charge a vehicle once, then exit with 0"
    )
    parser.add_argument(
        "--token", type=token, default=Tokens().valid, metavar="ID[:TYPE]", help="for --charge"
    )
    parser.add_argument(
        "--within",
        type=_positive,
        default=60.0,
        metavar="SECONDS",
        help="for each part of --charge",
    )


def _positive(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return seconds


def _station(options: argparse.Namespace) -> int:
    profile = options.profile if options.profile is not None else _guessed(options)
    _check_station(options, profile)
    config = StationConfig(
        identity=options.identity,
        url=options.csms,
        password=options.password,
        security_profile=profile,
        ca_file=options.ca,
        certificate_file=options.cert,
        key_file=options.key,
        memory_file=options.memory,
    )
    if profile == 3:
        config = replace(config, serial_number=serial_number(Path(options.cert)))
    charge = Charge(options.token, within=options.within) if options.charge else None
    return supervised(run_station(config, charge, say), stopped=INTERRUPTED if charge else 0)


def _guessed(options: argparse.Namespace) -> int:
    if options.cert:
        return 3
    if options.csms.startswith("wss:"):
        return 2
    return 1 if options.password else 0


def _check_station(options: argparse.Namespace, profile: int) -> None:
    scheme = "wss" if profile >= 2 else "ws"
    if not options.csms.startswith(f"{scheme}://"):
        raise UsageError(f"security profile {profile} needs a --csms URL with {scheme}://")
    if profile in (1, 2) and not options.password:
        raise UsageError(
            f"security profile {profile} needs a password: set {PASSWORD_VARIABLE} or --password"
        )
    if profile >= 2 and not options.ca:
        raise UsageError(f"security profile {profile} needs --ca, the root certificate to trust")
    if profile == 3 and not (options.cert and options.key):
        raise UsageError("security profile 3 needs --cert and --key, the station's certificate")
    for path in (options.ca, options.cert, options.key):
        if path and not Path(path).is_file():
            raise UsageError(f"there is no file {path}")


COMMAND = Command("station", "run the embedded station against a CSMS", _add_arguments, _station)
