"""Keys and certificates for many runs in one process: made once for each set of names and day."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from harness import clock
from harness.pki import keyset

_made: dict[str, keyset.Pki] = {}


def shared_keys(_directory: Path, *names: Any, **options: Any) -> keyset.Pki:
    """As ``keyset.create``, in a folder that is gone with the process.

    To make them takes longer than most cases.
    """
    # What is valid hangs on the clock of the run: one may begin long before another.
    wanted = f"{names} {options} {clock.now().date()}"
    if wanted not in _made:
        _made[wanted] = keyset.create(_folder() / str(len(_made)), *names, **options)
    return _made[wanted]


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
