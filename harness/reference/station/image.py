"""The images of firmware that this station can install: a version, a checksum, and the rest."""

from __future__ import annotations

import hashlib

_KIND = "ReferenceStation"


class DefectiveImage(Exception):
    """It cannot be installed; the message says why."""


def make_image(version: str, *, defective: bool = False) -> bytes:
    """An image of this version, or one whose checksum is wrong."""
    body = f"{_KIND} {version}\n".encode() * 4096
    checksum = hashlib.sha256(body + b"?" * defective).hexdigest()
    return f"{_KIND} {version} {checksum}\n".encode() + body


def version_of(image: bytes) -> str:
    """The version in a sound image.

    Raises:
        DefectiveImage: it is none.
    """
    head, _, body = image.partition(b"\n")
    kind, version, checksum = [*head.decode("ascii", "replace").split(" "), "", "", ""][:3]
    if kind != _KIND:
        raise DefectiveImage("no image for this station")
    if hashlib.sha256(body).hexdigest() != checksum:
        raise DefectiveImage("the checksum is wrong")
    return version
