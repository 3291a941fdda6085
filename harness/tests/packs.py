"""The HTML report as it is when everything in it was opened."""

from __future__ import annotations

import re

from harness.report.views import unpacked

_PACK = re.compile(r'<script type="text/plain" class="pack">([^<]*)</script>')


def all_opened(page: str) -> str:
    """``page`` with what is packed in its place."""
    return _PACK.sub(lambda found: unpacked(found[1]), page)
