"""An operator written in Python: ``class: package.module:Class``, made with the other settings.

Of these, one that is nothing but ``{identity}`` or ``{csms_url}`` is taken from the description.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from typing import Any

from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.settings import OperatorSettingsError
from harness.operators.templates import told
from harness.sut.model import Sut

_METHODS = ("start", "perform", "close")


class PythonOperator:
    """Stands before somebody's operator, so that its mistakes are not taken for the harness's."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        known = {f"{{{name}}}": value for name, value in told(sut).items()}
        arguments = {
            name: known.get(value, value) if isinstance(value, str) else value
            for name, value in settings.items()
        }
        address = arguments.pop("class", None)
        self._operator = _made(_class(address), address, arguments)

    async def start(self) -> None:
        """Start it.

        Raises:
            OperatorFailed: it says so, or raised anything else.
        """
        try:
            await self._operator.start()
        except (Unsupported, OperatorFailed):
            raise
        except Exception as error:
            raise OperatorFailed(f"it did not start: {type(error).__name__}: {error}") from error

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Let it do ``action``.

        Raises:
            Unsupported: it says so.
            OperatorFailed: it says so, or raised anything else.
        """
        try:
            return await self._operator.perform(action, **parameters)
        except (Unsupported, OperatorFailed, TimeoutError):
            raise
        except Exception as error:
            raise OperatorFailed(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close it."""
        await self._operator.close()


def _class(address: Any) -> type:
    where = "operator.settings.class"
    if not isinstance(address, str) or address.count(":") != 1:
        raise OperatorSettingsError(f"{where} is {address!r}: write package.module:Class")
    module, name = address.split(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, ValueError, AttributeError) as error:
        raise OperatorSettingsError(f"{where} {address!r} cannot be imported: {error}") from error
    if not inspect.isclass(found):
        raise OperatorSettingsError(f"{where} {address!r} is no class")
    return found


def _made(kind: type, address: Any, arguments: Mapping[str, Any]) -> Operator:
    for name in _METHODS:
        if not inspect.iscoroutinefunction(getattr(kind, name, None)):
            raise OperatorSettingsError(f"{address} needs a method 'async def {name}'")
    try:
        return kind(**arguments)
    except TypeError as error:
        raise OperatorSettingsError(f"{address} does not take these settings: {error}") from error
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise OperatorSettingsError(
            f"{address} could not be made of its settings: {what}"
        ) from error
