"""An operator written in Python: ``class: package.module:Class``, made with the other settings.

Of these, one that is nothing but ``{identity}`` or ``{csms_url}`` is taken from the description.
The module is looked for beside that, too.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.templates import told
from harness.sut.model import Sut
from harness.sut.operator_settings import OperatorSettingsError

_CLASS = "operator.settings.class"
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
        self._operator = _made(_class(address, sut.file), address, arguments)

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
            raise OperatorFailed(f"it did not start: {_said(error)}") from error

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
            raise OperatorFailed(_said(error)) from error

    async def close(self) -> None:
        """Close it."""
        await self._operator.close()


def _class(address: Any, description: str) -> type:
    if not isinstance(address, str) or address.count(":") != 1:
        raise OperatorSettingsError(_CLASS, f"is {address!r}", "write package.module:Class")
    name, kind = address.split(":")
    module = _imported(name, address, description)
    found = getattr(module, kind, None)
    if found is None:
        where = getattr(module, "__file__", None) or name
        instead = f"write the name of a class in {where}"
        raise OperatorSettingsError(_CLASS, f"{address!r}: there is no {kind}", instead)
    if not inspect.isclass(found):
        instead = "write the name of a class"
        raise OperatorSettingsError(_CLASS, f"{address!r} is no class", instead)
    return found


def _imported(name: str, address: str, description: str) -> ModuleType:
    folder = str(Path(description).parent.resolve()) if description else ""
    if folder and folder not in sys.path:
        sys.path.append(folder)
        importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.split(".")[: error.name.count(".") + 1] == error.name.split("."):
            instead = f"write a module that is installed, or lies in {folder or 'this folder'}"
            what = f"{address!r}: there is no module {error.name}"
            raise OperatorSettingsError(_CLASS, what, instead) from error
        raise _unusable(address, error) from error
    except Exception as error:  # somebody else's module may raise whatever it likes
        raise _unusable(address, error) from error


def _unusable(address: str, error: Exception) -> OperatorSettingsError:
    what = f"{address!r} cannot be imported ({_said(error)})"
    return OperatorSettingsError(_CLASS, what, "mend the module")


def _said(error: BaseException) -> str:
    """What was raised and where: the file and line of somebody's operator."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f", {Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    return f"{type(error).__name__}: {error}{where}"


def _made(kind: type, address: Any, arguments: Mapping[str, Any]) -> Operator:
    for name in _METHODS:
        if not inspect.iscoroutinefunction(getattr(kind, name, None)):
            what = f"{address!r} has no method {name} that is a coroutine"
            raise OperatorSettingsError(_CLASS, what, f"write 'async def {name}' in it")
    try:
        inspect.signature(kind).bind(**arguments)
    except TypeError as error:
        what = f"do not fit {address!r} ({error})"
        instead = f"write those that its __init__ takes: {inspect.signature(kind)}"
        raise OperatorSettingsError("operator.settings", what, instead) from error
    try:
        return kind(**arguments)
    except Exception as error:
        what = f"do not make a {address!r} ({_said(error)})"
        raise OperatorSettingsError("operator.settings", what, "mend the settings or it") from error
