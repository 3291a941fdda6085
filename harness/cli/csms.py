"""``python -m harness csms``: the embedded CSMS for stations."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli.arguments import add_password, token
from harness.cli.command import Command
from harness.cli.standalone import CsmsOptions, run_csms, supervised
from harness.cli.terminal import say
from harness.sut.model import Tokens


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000, help="0 lets the machine choose")
    parser.add_argument("--profile", type=int, choices=range(4), default=1, help="security profile")
    parser.add_argument(
        "--identity", action="append", help="of a station it knows; may be repeated"
    )
    add_password(parser)
    parser.add_argument(
        "--token", type=token, action="append", metavar="ID[:TYPE]", help="accepted; repeatable"
    )
    parser.add_argument("--heartbeat", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--certs", type=Path, default=Path("certs"), metavar="DIR")


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


COMMAND = Command("csms", "run the embedded CSMS for stations", _add_arguments, _csms)
