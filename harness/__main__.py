"""Command line: ``python -m harness COMMAND``; ``--help`` lists the commands."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.standalone import (
    INTERRUPTED,
    Charge,
    CsmsOptions,
    NotDone,
    run_csms,
    run_station,
    serial_number,
    supervised,
)
from harness.evidence.recorder import Recorder
from harness.evidence.results import ResultsError, write_results
from harness.operators import OperatorSettingsError, UntrustworthyError, probe
from harness.proof.mutation import cli as mutation
from harness.proof.trust import cli as trust
from harness.proof.trust import lock_cli as lock
from harness.reference.station import StationConfig
from harness.report.terminal import print_summary
from harness.report.write import write_all
from harness.run.gate import ExitCode, KnownError, gate, load_known
from harness.run.recover import recover
from harness.spec import catalogue
from harness.spec.editions import DEFAULT
from harness.spec.implemented import implemented
from harness.spec.roles import Role
from harness.sut import pics
from harness.sut.file import SutFileError, load
from harness.sut.model import Sut, Token, Tokens
from harness.testbed.bringup import BringUpError, Embedding, csms_bench, station_bench

PASSWORD_VARIABLE = "OCPP_PASSWORD"


class UsageError(Exception):
    """The arguments cannot be; the message says what to write."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.ERROR)
    try:
        return options.command(options)
    except (UsageError, SutFileError, KnownError, ResultsError, OperatorSettingsError) as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.RED
    except (BringUpError, UntrustworthyError, NotDone, OSError) as error:
        print(error, file=sys.stderr)
        return ExitCode.RED


def say(text: str) -> None:
    """One line of output, at once; foreign text in it cannot drive or break the terminal."""
    safe = "".join(char if char.isprintable() else "\ufffd" for char in text)
    encoding = sys.stdout.encoding or "utf-8"
    print(safe.encode(encoding, "replace").decode(encoding), flush=True)


# -- the embedded systems


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


def _csms(options: argparse.Namespace) -> int:
    tokens = Tokens()
    work = run_csms(
        CsmsOptions(
            host=options.host,
            port=options.port,
            security_profile=options.profile,
            stations=options.identity or ["CS001"],
            password=options.password,
            tokens=options.token or [tokens.valid, tokens.valid2],
            heartbeat_interval=options.heartbeat,
            certs=options.certs,
        ),
        say,
    )
    return supervised(work, stopped=0)


# -- results


def _report(options: argparse.Namespace) -> int:
    results = recover(options.directory)
    write_results(options.directory, results)
    write_all(options.directory)
    print_summary(results, sys.stdout)
    say(f"reports: {options.directory / 'results.html'}")
    return 0


def _gate(options: argparse.Namespace) -> int:
    known = load_known(options.known) if options.known else ()
    outcome = gate(recover(options.directory), known, datetime.now(UTC).date())
    for line in outcome.lines:
        say(line)
    return outcome.exit_code


# -- what there is


def _cases(options: argparse.Namespace) -> int:
    done = implemented()
    rows = [
        row
        for row in catalogue.load().values()
        if (not options.block or row.block[0] == options.block.upper())
        and (not options.role or row.role == options.role)
    ]
    for row in rows:
        if row.id in done or not options.implemented:
            mark = "implemented" if row.id in done else "-"
            say(f"{row.id:<14} {mark:<11}  {row.title}")
    count = sum(row.id in done for row in rows)
    say(f"{count} of {len(rows)} cases implemented")
    return 0


def _probe(options: argparse.Namespace) -> int:
    sut = load(options.sut)
    return asyncio.run(_probed(sut, options.certs))


async def _probed(sut: Sut, certs: Path) -> int:
    bring_up = station_bench if sut.role is Role.STATION else csms_bench
    async with bring_up(sut, lambda _sut: Recorder(None), certs, Embedding()) as bench:
        await probe(bench.operator, sut.limits.operator)
        say(f"{sut.name} ({sut.role}), security profile {sut.security_profile}")
        say(f"operator {sut.operator.kind}: refuses what it does not know, as it must")
        for line in _to_set_up(bench.sut, certs) if sut.operator.kind != "embedded" else ():
            say(line)
    rows = [row for row in catalogue.load(sut.edition).values() if row.role is sut.role]
    fitting = {row.id for row in rows if not pics.applicability(row, sut)}
    say(f"{len(fitting)} of {len(rows)} cases apply, {len(fitting & implemented())} implemented")
    return 0


def _to_set_up(sut: Sut, certs: Path) -> Iterator[str]:
    """What the system under test must have been told."""
    secure, mutual = sut.security_profile >= 2, sut.security_profile == 3
    if sut.role is Role.CSMS:
        if mutual:
            root = certs / f"csms-{sut.identity}" / "old_root.pem"
            yield f"the CSMS is to trust stations whose root certificate is {root}"
        return
    yield f"the station is to connect to {sut.csms_url}/{sut.identity}"
    folder = certs / sut.identity
    if secure:
        yield f"and to trust the root certificate {folder / 'old_root.pem'}"
    if mutual:
        yield f"and to have the certificate {folder / 'station.pem'} with its key station.key"


# -- arguments


def _token(text: str) -> Token:
    id_token, _, kind = text.partition(":")
    return Token(id_token, kind or "ISO14443")


def _positive(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness", description=f"Open conformance test harness for {DEFAULT.name}"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="log what goes on inside")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_station(commands.add_parser("station", help="run the embedded station against a CSMS"))
    _add_csms(commands.add_parser("csms", help="run the embedded CSMS for stations"))
    _add_report(commands.add_parser("report", help="make all reports of a results folder anew"))
    _add_gate(commands.add_parser("gate", help="judge a results folder; the exit code says it"))
    _add_cases(commands.add_parser("cases", help="list the test cases of Part 6"))
    _add_probe(commands.add_parser("probe", help="check a sut.yaml and its operator"))
    mutation.add_parser(
        commands.add_parser("mutate", help="show that every validation can fail (wire mutation)")
    )
    lock.add_parser(
        commands.add_parser("lock", help="run faults and rewrite which cases they turn red")
    )
    trust.add_parser(commands.add_parser("trust", help="all proofs that verdicts can be trusted"))
    return parser


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password",
        default=os.environ.get(PASSWORD_VARIABLE, ""),
        help=f"Basic authentication; better in {PASSWORD_VARIABLE}, where no process list shows it",
    )


def _add_station(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_station)
    parser.add_argument("--csms", required=True, metavar="URL", help="without the identity")
    parser.add_argument("--identity", default="CS001")
    parser.add_argument(
        "--profile", type=int, choices=range(4), help="security profile (default: by the rest)"
    )
    _add_password(parser)
    parser.add_argument("--ca", default="", metavar="FILE", help="root certificate of the CSMS")
    parser.add_argument("--cert", default="", metavar="FILE", help="the station's certificate")
    parser.add_argument("--key", default="", metavar="FILE", help="its key")
    parser.add_argument(
        "--charge", action="store_true", help="charge a vehicle once, then exit with 0"
    )
    parser.add_argument(
        "--token", type=_token, default=Tokens().valid, metavar="ID[:TYPE]", help="for --charge"
    )
    parser.add_argument(
        "--within",
        type=_positive,
        default=60.0,
        metavar="SECONDS",
        help="for each part of --charge",
    )


def _add_csms(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_csms)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000, help="0 lets the machine choose")
    parser.add_argument("--profile", type=int, choices=range(4), default=1, help="security profile")
    parser.add_argument(
        "--identity", action="append", help="of a station it knows; may be repeated"
    )
    _add_password(parser)
    parser.add_argument(
        "--token", type=_token, action="append", metavar="ID[:TYPE]", help="accepted; repeatable"
    )
    parser.add_argument("--heartbeat", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--certs", type=Path, default=Path("certs"), metavar="DIR")


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_report)
    parser.add_argument("directory", type=Path, metavar="DIR")


def _add_gate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_gate)
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--known", type=Path, metavar="FILE", help="known failures (known.yaml)")


def _add_cases(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_cases)
    parser.add_argument("--block", default="", metavar="LETTER")
    parser.add_argument("--role", choices=[role.value for role in Role], default="")
    parser.add_argument("--implemented", action="store_true", help="only those")


def _add_probe(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_probe)
    parser.add_argument("--sut", type=Path, required=True, metavar="FILE")
    parser.add_argument("--certs", type=Path, default=Path("certs"), metavar="DIR")


if __name__ == "__main__":
    sys.exit(main())
