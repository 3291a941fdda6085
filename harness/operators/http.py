"""An operator behind an HTTP interface, described by templates.

Settings: ``base_url``, ``headers``, ``timeout`` (seconds, for each request) and ``actions``: the
name of a template ("ask.Reset", "ask", "plug_in", "*") to what ``harness.sut.template_contract``
says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin

from harness.operators.base import OperatorFailed
from harness.operators.exchanges import Reply, find, run
from harness.operators.templates import as_text, excerpt, fill, fill_text
from harness.sut.model import Sut
from harness.sut.operator_scripts import Request, scripts
from harness.sut.operator_settings import Settings
from harness.sut.template_contract import HTTP
from harness.sut.template_text import whole

if TYPE_CHECKING:
    import aiohttp


class HttpOperator:
    """Sends HTTP requests for each action."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        allowed = ("base_url", "headers", "timeout", "actions")
        read = Settings("operator.settings", settings, allowed)
        self._sut = sut
        self._base = read.text("base_url", "")
        self._headers = {name: str(value) for name, value in read.mapping("headers").items()}
        self._timeout = read.seconds("timeout", 30.0)
        self._scripts = scripts(HTTP, "operator.settings.actions", read.mapping("actions"))
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client; nothing is sent yet."""
        import aiohttp  # takes a tenth of a second to load, and few runs have this operator

        timeout = aiohttp.ClientTimeout(total=self._timeout)
        self._session = aiohttp.ClientSession(timeout=timeout)

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Send the requests of ``action``; the JSON of the answer, or what ``result`` says.

        Raises:
            Unsupported: there is no template, or an answer says so.
            OperatorFailed: no connection, no answer in time, or not the answer that was expected.
        """
        script, values = find(self._scripts, self._sut, action, parameters)
        return await run(script, values, self._send, self._timeout)

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _send(self, request: Request, values: Mapping[str, Any]) -> Reply:
        import aiohttp
        from yarl import URL

        if self._session is None:
            raise OperatorFailed("the operator was not started")
        url = self._url(request, values)
        own = {name: as_text(value) for name, value in fill(request.headers, values).items()}
        headers = {**self._headers, **own}
        if request.json is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            sending = self._session.request(
                request.method,
                URL(url, encoded=True),
                data=_content(request, values),
                headers=headers,
                # The page of a login is not the answer that was asked for.
                allow_redirects=False,
            )
            async with sending as response:
                text = await response.text(errors="replace")
                named = {name.lower(): value for name, value in response.headers.items()}
                return {"status": response.status, "headers": named, "text": text, **_json(text)}
        except TimeoutError as error:
            raise OperatorFailed(f"no answer from {url} within {self._timeout:g} s") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise OperatorFailed(f"{request.method} {url}: {excerpt(str(error))}") from error

    def _url(self, request: Request, values: Mapping[str, Any]) -> str:
        if whole(request.url) is not None:  # the URL as an answer told it
            url = urljoin(self._base, fill_text(request.url, values))
        else:
            path = fill_text(request.url, values, lambda text: quote(text, safe=""))
            url = urljoin(f"{self._base.rstrip('/')}/", path.lstrip("/")) if self._base else path
        query = {name: as_text(value) for name, value in fill(request.query, values).items()}
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url


def _content(request: Request, values: Mapping[str, Any]) -> bytes | None:
    if request.json is not None:
        return json.dumps(fill(request.json, values)).encode()
    return None if request.body is None else fill_text(request.body, values).encode()


def _json(text: str) -> Reply:
    """The data that a text holds, None where it is no JSON."""
    try:
        return {"json": json.loads(text)}
    except ValueError:
        return {"json": None}
