"""Files that lie outside the package in the repository, and inside it once it is installed."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def beside(name: str) -> Traversable:
    """The file ``name``, such as ``schemas/sut.schema.json``."""
    package = files("harness")
    installed = package / name
    return installed if installed.is_file() else Path(str(package)).parent / name
