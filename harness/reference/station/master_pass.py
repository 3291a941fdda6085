"""The master pass: its holder stops what others charge, and charges nothing himself (C16)."""

from __future__ import annotations

import asyncio

from harness.reference.station.state import Evse, Token
from harness.reference.station.transactions import ChargingStation, Transactions

#: Seconds for which the screen waits for a choice.
PATIENCE = 60.0


class NothingShown(Exception):
    """There is no choice on the screen."""


class MasterPass:
    """Stops transactions: all at once, or those that are chosen on the screen."""

    def __init__(self, station: ChargingStation, transactions: Transactions) -> None:
        self.station = station
        self.transactions = transactions
        self._holder: Token | None = None
        self._shown = asyncio.Event()

    def presented(self, token: Token) -> None:
        """A master pass was accepted (C16.FR.01, C16.FR.02)."""
        if self.station.config.screen:
            self.show(token)
        else:
            self.stop(list(self.station.evses.values()), token)

    def show(self, token: Token) -> None:
        """Ask on the screen which transactions are to be stopped."""
        self._holder = token
        self._shown.set()
        self.station.later(PATIENCE, self.hide)

    def hide(self) -> None:
        """Take the question away."""
        self._holder = None
        self._shown.clear()

    async def select(self, evse: int, patience: float) -> None:
        """Somebody chose an EVSE, or all (0), within so many seconds of waiting for the screen.

        Raises:
            NothingShown: the screen asks nothing.
        """
        try:
            await asyncio.wait_for(self._shown.wait(), patience)
        except TimeoutError as error:
            raise NothingShown("the screen offers nothing to choose") from error
        holder = self._holder
        self.hide()
        if holder is not None:
            self.stop([e for e in self.station.evses.values() if evse in (0, e.id)], holder)

    def stop(self, evses: list[Evse], token: Token) -> None:
        """Stop the transactions there (C16.FR.07)."""
        for evse in evses:
            if evse.transaction is not None:
                self.transactions.stopped(evse, "StopAuthorized", "MasterPass", token)
                self.station.settled()
