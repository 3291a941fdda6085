"""What users read: the README, and the pages of the site as they are written."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / ".github/docs/pages"
WRITTEN = (ROOT / "README.md", *sorted(PAGES.glob("*.md")))
MANUAL = "\n".join(path.read_text("utf-8") for path in WRITTEN)


def blocks(language: str) -> list[str]:
    """Its code in that language, each once."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
    return list(dict.fromkeys(found))
