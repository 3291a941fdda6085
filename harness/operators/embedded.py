"""The operators of the embedded systems: they also start, replace and stop them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from harness.operators.base import OperatorFailed, Unsupported
from harness.reference.csms import (
    CallError,
    Csms,
    CsmsConfig,
    Disconnected,
    NotOffered,
    NotPossible,
)
from harness.reference.station import NotFittedError, Station, StationConfig
from harness.spec.roles import Role
from harness.sut.contract import called

Alter = Callable[[Any], None]


class EmbeddedStation:
    """The hands of an embedded station; ``alter`` is applied to each new one (faults)."""

    def __init__(self, config: StationConfig, alter: Alter = lambda _station: None) -> None:
        self._config = config
        self._alter = alter
        self._station: Station | None = None
        self._certificate = config.certificate_file

    async def start(self) -> None:
        """Power up a new station."""
        self._station = Station(self._config)
        self._alter(self._station)
        await self._station.start()

    async def renew(self) -> None:
        """Replace the station by a new one out of the box."""
        await self.close()
        await self.start()

    async def close(self) -> None:
        """Take the station away."""
        if self._station is not None:
            await self._station.stop()
            self._station = None

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        _in_contract(Role.STATION, action, parameters)
        if action == "arrange":
            return await self._arrange(**parameters)
        act = getattr(self._station, action, None)
        if act is None:
            raise Unsupported(f"an embedded station has no way to {action}")
        try:
            return await act(**parameters)
        except NotFittedError as error:
            raise Unsupported(str(error)) from error
        except ValueError as error:
            raise OperatorFailed(str(error)) from error

    async def _arrange(self, what: str, **facts: Any) -> None:
        """Replace the station by one that was commissioned so, or store something in it."""
        match what:
            case "customer":
                if self._station is None:
                    raise OperatorFailed("the station is not there")
                self._station.memory.customers[facts["identifier"]] = (
                    "what somebody at the station has stored of this customer"
                )
                return
            case "security_profile":
                profile: int = facts["profile"]
                _, _, rest = self._config.url.partition(":")
                url = f"{'wss' if profile >= 2 else 'ws'}:{rest}"
                self._config = replace(self._config, security_profile=profile, url=url)
            case "station_certificate" if not facts["installed"]:
                self._certificate = self._config.certificate_file
                self._config = replace(self._config, certificate_file="")
            case "station_certificate":
                self._config = replace(self._config, certificate_file=self._certificate)
            case _:
                raise Unsupported(f"an embedded station has no way to arrange {what}")
        await self.renew()


class EmbeddedCsms:
    """The buttons of an embedded CSMS."""

    def __init__(self, config: CsmsConfig, station: str, alter: Alter = lambda _csms: None) -> None:
        self.csms = Csms(config)
        self._station_id = station
        alter(self.csms)

    async def start(self) -> None:
        """Open its port."""
        await self.csms.start()

    async def close(self) -> None:
        """Close its port."""
        await self.csms.stop()

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        _in_contract(Role.CSMS, action, parameters)
        try:
            return await self._press(action, parameters)
        except NotOffered as error:
            raise Unsupported(str(error)) from error
        except NotPossible as error:
            raise OperatorFailed(str(error)) from error

    async def _press(self, action: str, parameters: dict[str, Any]) -> Any:
        station = self._station_id
        match action:
            case "ask":
                # What the station answers is the case's business, not the button's.
                with suppress(CallError, Disconnected, TimeoutError):
                    await self.csms.ask(station, parameters["message"], parameters["payload"])
                return None
            case "arrange" if parameters["what"] == "token":
                return await self.csms.arrange(**parameters)
            case "arrange":
                return await self.csms.arrange(**{"station": station, **parameters})
            case "look":
                return await self.csms.look(**{"station": station, **parameters})
            case _:
                raise Unsupported(f"an embedded CSMS has no way to {action}")


def _in_contract(role: Role, action: str, parameters: dict[str, Any]) -> None:
    """Refuse what no case asks for, whatever the embedded systems can do besides."""
    try:
        called(role, action, parameters)
    except (LookupError, ValueError) as error:
        raise Unsupported(str(error)) from error
