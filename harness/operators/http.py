"""An operator behind an HTTP interface, described by templates.

Settings: ``base_url``, ``headers``, ``timeout`` (seconds, for each request), ``login`` (a list of
exchanges, done before the first action and again when the interface answers 401) and ``actions``:
the name of a template ("ask.Reset", "ask", "plug_in", "*") to what
``harness.sut.template_contract`` says.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.exchanges import Reply, find, once, run
from harness.operators.templates import as_text, excerpt, fill, fill_text, given
from harness.sut.model import Sut
from harness.sut.operator_scripts import Request, exchange, scripts
from harness.sut.operator_settings import Settings
from harness.sut.template_contract import HTTP
from harness.sut.template_text import whole

if TYPE_CHECKING:
    import aiohttp


_NOT_SUCCESSFUL, _UNAUTHORIZED = 300, 401


class HttpOperator:
    """Sends HTTP requests for each action."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        allowed = ("base_url", "headers", "timeout", "login", "actions")
        read = Settings("operator.settings", settings, allowed)
        self._sut = sut
        self._base = read.text("base_url", "")
        self._headers = {name: str(value) for name, value in read.mapping("headers").items()}
        self._timeout = read.seconds("timeout", 30.0)
        self._login = [
            exchange(HTTP, f"operator.settings.login.{index}", each)
            for index, each in enumerate(read.items("login"))
        ]
        #: The last reply of the login, by which it is known who asks.
        self._known: Reply | None = None
        self._one_login = asyncio.Lock()
        self._scripts = scripts(HTTP, "operator.settings.actions", read.mapping("actions"))
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client; nothing is sent yet."""
        import aiohttp  # takes a tenth of a second to load, and few runs have this operator

        timeout = aiohttp.ClientTimeout(total=self._timeout)
        # Those of a host that has no name are kept too.
        cookies = aiohttp.CookieJar(unsafe=True)
        self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=cookies)

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
        """The reply, logged in where there is a login; once more where that is over."""
        if not self._login:
            return await self._sent(request, values, self._headers)
        known = await self._logged_in(None)
        reply = await self._as_known(request, values, known)
        if reply["status"] == _UNAUTHORIZED:
            known = await self._logged_in(known)
            reply = await self._as_known(request, values, known)
        return reply

    async def _as_known(self, request: Request, values: Mapping[str, Any], known: Reply) -> Reply:
        named = {**values, "login": known}
        headers = {name: as_text(value) for name, value in fill(self._headers, named).items()}
        return await self._sent(request, named, headers)

    async def _logged_in(self, refused: Reply | None) -> Reply:
        """The last reply of the login; of a new one, where that is none or the one refused."""
        async with self._one_login:
            if self._known is None or self._known is refused:
                self._known = await self._log_in()
            return self._known

    async def _log_in(self) -> Reply:
        replies: list[Reply] = []

        async def send(request: Request, values: Mapping[str, Any]) -> Reply:
            replies.append(await self._sent(request, values, {}))
            return replies[-1]

        try:
            for each in self._login:
                earlier = {"reply": replies[-1]} if replies else {}
                named = {**given(self._sut), **earlier, "replies": list(replies)}
                await once(each, named, send)
        except (OperatorFailed, Unsupported) as error:
            # What is answered to somebody who is let in may be a secret.
            is_in = bool(replies) and replies[-1]["status"] < _NOT_SUCCESSFUL
            why = "it is answered otherwise than it expects" if is_in else str(error)
            raise OperatorFailed(f"login: {why}") from None
        return replies[-1]

    async def _sent(
        self, request: Request, values: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Reply:
        import aiohttp
        from yarl import URL

        if self._session is None:
            raise OperatorFailed("the operator was not started")
        url = self._url(request, values)
        own = {name: as_text(value) for name, value in fill(request.headers, values).items()}
        kind = {} if request.json is None else {"Content-Type": "application/json"}
        try:
            sending = self._session.request(
                request.method,
                URL(url, encoded=True),
                data=_content(request, values),
                headers=kind | dict(headers) | own,
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
