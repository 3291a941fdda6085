"""What mkdocs has done beside the pages: documents that lie elsewhere, and parts made from data.

A document of the repository becomes a page as it is. ``<!-- made: NAME -->`` on a line of its own
is replaced by what the function ``NAME`` of ``made.py`` returns, and a flowchart by a table. Links
are written as they lead from file to file in the repository; those to files that are no pages
become plain text.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))

from flowchart import as_table
from made import MADE

ROOT = Path(__file__).parents[2]
PAGES = ".github/docs/pages"
#: Documents and pictures of the repository, and what they are called here.
ELSEWHERE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "harness/README.md": "architecture.md",
    "harness/GLOSSARY.md": "glossary.md",
    ".github/CONTRIBUTING.md": "contributing.md",
    "reports/results.md": "embedded-results.md",
    "reports/interop/README.md": "interop.md",
    "reports/interop/matrix.md": "interop-matrix.md",
    "reports/trust.md": "proof-found.md",
    ".github/report.png": "report.png",
}
_LIES = {page: path for path, page in ELSEWHERE.items()}
_MARK = re.compile(r"^<!-- made: ([\w-]+)(?: (\S+))? -->$", re.MULTILINE)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)")
_FLOWCHART = re.compile(r"^```mermaid\n(flowchart .*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: Any) -> Files:
    """Add the documents that lie elsewhere."""
    for path, page in ELSEWHERE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: Any, files: Files) -> str:  # noqa: ARG001  # mkdocs passes them
    """Fill in what is made, and lead links to pages."""
    source = _LIES.get(page.file.src_uri, f"{PAGES}/{page.file.src_uri}")
    filled = _FLOWCHART.sub(lambda m: as_table(m[1]), _MARK.sub(_filled, markdown))
    parts = _FENCE.split(filled)
    parts[::2] = [_LINK.sub(lambda m: _led(m, source), part) for part in parts[::2]]
    return "".join(parts)


def _filled(mark: re.Match[str]) -> str:
    name, argument = mark.groups()
    if name not in MADE:
        raise PluginError(f"nothing is made that is called {name}")
    return MADE[name](argument) if argument else MADE[name]()


def _led(link: re.Match[str], source: str) -> str:
    """The link as the site has it."""
    picture, text, target, anchor = link.groups()
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    page = ELSEWHERE.get(path, path.removeprefix(f"{PAGES}/"))
    if page != path:
        return f"{picture}[{text}]({page}{anchor or ''})"
    # What is not there at all stays, and breaks the strict build.
    return text if (ROOT / path).exists() else link[0]
