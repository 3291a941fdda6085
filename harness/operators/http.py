"""An operator behind an HTTP interface, described by templates.

Settings: ``base_url``, ``headers``, ``timeout`` (seconds) and ``actions``: name ("ask.Reset",
"ask", "plug_in", "*") to ``method``, ``url``, ``headers``, ``json`` or ``body``, ``expect`` with
``status`` (list) and ``json`` (JSON pointer: value), ``unsupported`` (list of statuses, default
501) and ``result`` (JSON pointer to what ``look`` returns).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

import aiohttp
from yarl import URL

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.settings import OperatorSettingsError, Settings
from harness.operators.templates import choose, excerpt, fill, fill_text, pointed, told, unmet
from harness.sut.model import Sut

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOT_IMPLEMENTED = 501


@dataclass(frozen=True)
class Template:
    """One request and what its answer must be; no ``statuses`` means any 2xx."""

    method: str
    url: str
    headers: Mapping[str, Any]
    json: Any
    body: str | None
    statuses: tuple[int, ...]
    conditions: Mapping[str, Any]
    unsupported: tuple[int, ...]
    result: str | None


class HttpOperator:
    """Sends one HTTP request for each action."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        read = Settings(
            "operator.settings", settings, ("base_url", "headers", "timeout", "actions")
        )
        self._sut = sut
        self._base = read.text("base_url", "")
        self._headers = {name: str(value) for name, value in read.mapping("headers").items()}
        self._timeout = read.seconds("timeout", 30.0)
        self._templates = {
            name: _template(f"operator.settings.actions.{name}", each)
            for name, each in read.mapping("actions").items()
        }
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client; nothing is sent yet."""
        timeout = aiohttp.ClientTimeout(total=self._timeout)
        self._session = aiohttp.ClientSession(timeout=timeout)

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Send the request of ``action``; the JSON of the answer, or the part ``result`` names.

        Raises:
            Unsupported: there is no template, or the answer has a status that says so.
            OperatorFailed: no connection, no answer in time, or not the answer that was expected.
        """
        template: Template = choose(self._templates, action, parameters)
        values = {**told(self._sut), "action": action, **parameters}
        status, text = await self._request(template, {**values, "parameters": parameters})
        if status in template.unsupported:
            raise Unsupported(f"HTTP {status}: {excerpt(text)}")
        if not (status in template.statuses if template.statuses else 200 <= status < 300):
            raise OperatorFailed(f"HTTP {status}: {excerpt(text)}")
        return _judged(template, status, text)

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _request(self, template: Template, values: Mapping[str, Any]) -> tuple[int, str]:
        if self._session is None:
            raise OperatorFailed("the operator was not started")
        path = fill_text(template.url, values, lambda text: quote(text, safe=""))
        url = urljoin(self._base.rstrip("/") + "/", path.lstrip("/")) if self._base else path
        content = _content(template, values)
        own = {name: fill_text(str(each), values) for name, each in template.headers.items()}
        headers = {**self._headers, **own}
        if template.json is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            request = self._session.request(
                template.method,
                URL(url, encoded=True),
                data=content,
                headers=headers,
                # The page of a login is not the answer that was asked for.
                allow_redirects=False,
            )
            async with request as response:
                return response.status, await response.text(errors="replace")
        except TimeoutError as error:
            raise OperatorFailed(f"no answer from {url} within {self._timeout:g} s") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise OperatorFailed(f"{template.method} {url}: {excerpt(str(error))}") from error


def _content(template: Template, values: Mapping[str, Any]) -> bytes | None:
    if template.json is not None:
        return json.dumps(fill(template.json, values)).encode()
    return None if template.body is None else fill_text(template.body, values).encode()


def _judged(template: Template, status: int, text: str) -> Any:
    try:
        data = json.loads(text) if text.strip() else None
    except ValueError as error:
        if template.conditions or template.result is not None:
            raise OperatorFailed(f"HTTP {status}, but no JSON: {excerpt(text)}") from error
        return None
    if problem := unmet(data, template.conditions):
        raise OperatorFailed(f"HTTP {status}, but {problem}: {excerpt(text)}")
    if template.result is None:
        return data
    try:
        return pointed(data, template.result)
    except LookupError as error:
        raise OperatorFailed(f"HTTP {status}, but {error}: {excerpt(text)}") from error


def _template(where: str, settings: Any) -> Template:
    allowed = ("method", "url", "headers", "json", "body", "expect", "unsupported", "result")
    read = Settings(where, settings, allowed)
    method = read.text("method", "POST").upper()
    if method not in _METHODS:
        raise OperatorSettingsError(f"{where}.method {method!r} is none of {', '.join(_METHODS)}")
    if "json" in read and "body" in read:
        raise OperatorSettingsError(f"{where} has both json and body: keep one of them")
    expect = Settings(f"{where}.expect", read.mapping("expect"), ("status", "json"))
    return Template(
        method=method,
        url=read.text("url"),
        headers=read.mapping("headers"),
        json=read.any("json"),
        body=read.text("body") if "body" in read else None,
        statuses=_statuses(f"{where}.expect.status", expect.items("status")),
        conditions=expect.mapping("json"),
        unsupported=_statuses(f"{where}.unsupported", read.items("unsupported"))
        or (_NOT_IMPLEMENTED,),
        result=read.text("result") if "result" in read else None,
    )


def _statuses(where: str, values: list[Any]) -> tuple[int, ...]:
    if not all(type(value) is int and 100 <= value <= 599 for value in values):
        raise OperatorSettingsError(f"{where} must be a list of HTTP statuses such as [200, 202]")
    return tuple(values)
