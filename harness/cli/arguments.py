"""Arguments that several commands take."""

from __future__ import annotations

import argparse
import os

from harness.sut.model import Token

PASSWORD_VARIABLE = "OCPP_PASSWORD"


def token(text: str) -> Token:
    """``ID`` or ``ID:TYPE``."""
    id_token, _, kind = text.partition(":")
    return Token(id_token, kind or "ISO14443")


def add_password(parser: argparse.ArgumentParser) -> None:
    """``--password``, from the environment where it is not given."""
    parser.add_argument(
        "--password",
        default=os.environ.get(PASSWORD_VARIABLE, ""),
        help=f"Basic authentication; better in {PASSWORD_VARIABLE}, where no process list shows it",
    )
