"""Authorization of drivers: reader, cache, local list, remote start (blocks C, D and F)."""

from __future__ import annotations

import asyncio

from harness.reference.rpc import Answer, CallError, Disconnected, Payload
from harness.reference.station.availability import Availability
from harness.reference.station.known_tokens import KnownTokens
from harness.reference.station.master_pass import MasterPass
from harness.reference.station.registration import Registration
from harness.reference.station.reservations import Reservations
from harness.reference.station.state import Authorization, Evse, Known, Token
from harness.reference.station.transactions import ChargingStation, Transactions

#: What a start button stands for (C02.FR.01).
BUTTON = Token("", "NoAuthorization")


class Authorizations:
    """Who may charge where."""

    def __init__(
        self,
        station: ChargingStation,
        registration: Registration,
        reservations: Reservations,
        availability: Availability,
        transactions: Transactions,
    ) -> None:
        self.station = station
        self.registration = registration
        self.reservations = reservations
        self.availability = availability
        self.transactions = transactions
        self.tokens = KnownTokens(station)
        self.master_pass = MasterPass(station, transactions)
        #: Set when the next driver is authorized.
        self.granted = asyncio.Event()

    # At the station

    async def present(self, token: Token, evse_id: int | None) -> None:
        """A driver presented a token, or pressed the start button."""
        unlocked = self.unlock_for(token)
        running = self.session_of(token, evse_id) or self.session_of_known(token, evse_id)
        if running is not None:
            self.stop(running, token)
            return
        if unlocked:
            return
        info = await self.check(token)
        if info["status"] != "Accepted":
            return
        if self.is_master_pass(info):
            self.master_pass.presented(token)
            return
        group = group_of(info)
        same_group = self.session_of_group(group, evse_id)
        if same_group is not None:
            self.stop(same_group, token)
            return
        evse = self.choose_evse(token, group, evse_id, info.get("evseId") or [])
        if evse is not None:
            chosen = evse_id is not None
            self.grant(evse, Authorization(token, group, chosen=chosen))

    def unlock_for(self, token: Token) -> bool:
        """Give a left cable back to its driver (E09.FR.03); whether there was one."""
        kept = [evse for evse in self.station.evses.values() if evse.locked_for == token]
        for evse in kept:
            evse.unlock()
        return bool(kept)

    def session_of(self, token: Token, evse_id: int | None) -> Evse | None:
        """The EVSE that this very token authorized (C01.FR.03)."""
        return next(
            (
                evse
                for evse in self.station.evses.values()
                if evse_id in (None, evse.id)
                and evse.authorization is not None
                and evse.authorization.token == token
            ),
            None,
        )

    def session_of_known(self, token: Token, evse_id: int | None) -> Evse | None:
        """The EVSE that somebody of the group of a known token authorized (C09.FR.07)."""
        known = self.tokens.find(token)
        if known is None or known.status != "Accepted":
            return None
        return self.session_of_group(known.group, evse_id)

    def session_of_group(self, group: str, evse_id: int | None) -> Evse | None:
        """The EVSE that a token of this group authorized (C01.FR.03, C09)."""
        return next(
            (
                evse
                for evse in self.station.evses.values()
                if group
                and evse_id in (None, evse.id)
                and evse.authorization is not None
                and evse.authorization.group == group
            ),
            None,
        )

    def stop(self, evse: Evse, token: Token) -> None:
        """End the authorization at that EVSE, without asking the CSMS (E07.FR.01)."""
        self.transactions.stopped(evse, "StopAuthorized", "Local", token)
        self.station.settled()

    def choose_evse(
        self, token: Token, group: str, evse_id: int | None, allowed: list[int]
    ) -> Evse | None:
        """The EVSE a driver gets: the chosen one, else one with a cable in, else a free one."""
        usable = [
            evse
            for evse in self.station.evses.values()
            if evse_id in (None, evse.id)
            and (not allowed or evse.id in allowed)
            and self.is_free_for(evse, token, group)
        ]
        usable.sort(key=lambda evse: (evse.plugged is None, not evse.bay_occupied, evse.id))
        return usable[0] if usable else None

    def is_free_for(self, evse: Evse, token: Token, group: str) -> bool:
        """Whether a driver may begin at that EVSE."""
        used_by = evse.transaction.token if evse.transaction else None
        return (
            self.station.in_service(evse)
            and evse.authorization is None
            and used_by in (None, token)  # C01.FR.23
            and self.reservations.admits(evse.id, token, group)
        )

    def grant(self, evse: Evse, authorization: Authorization) -> None:
        """The driver is authorized at that EVSE."""
        authorization.reservation_id = self.reservations.consume(
            evse.id, authorization.token, authorization.group
        )
        evse.authorization = authorization
        self.granted.set()
        self.granted = asyncio.Event()
        self.availability.refresh()
        self.transactions.authorized(evse)

    async def admits_cable(self, place: Evse, seconds: float) -> bool:
        """Whether a lock lets somebody plug in there; a driver waits a moment for it (AQ-2)."""
        try:
            async with asyncio.timeout(seconds):
                while not self._has_driver(place):
                    await self.granted.wait()
        except TimeoutError:
            return False
        return True

    def _has_driver(self, place: Evse) -> bool:
        """Somebody is authorized who chose that EVSE, or none yet."""
        waiting = (e for e in self.station.evses.values() if e.authorization and e.plugged is None)
        return any(e is place or (e.authorization and not e.authorization.chosen) for e in waiting)

    # Validity of a token

    async def check(self, token: Token) -> Payload:
        """IdTokenInfo of a token, from the CSMS or from what is known here."""
        if token == BUTTON or not self.station.model.flag("AuthCtrlr.Enabled", default=True):
            return {"status": "Accepted"}
        known = self.tokens.find(token)
        accepted = known is not None and known.status == "Accepted"
        model = self.station.model
        if not self.station.online:
            return self.check_offline(known)
        if known is not None and accepted and model.flag("AuthCtrlr.LocalPreAuthorize"):
            return known.info
        if model.flag("AuthCtrlr.DisableRemoteAuthorization"):
            return known.info if known else {"status": "Unknown"}
        if known is not None and not accepted and not self.tokens.asks_again(token):
            return known.info
        return await self.ask_csms(token)

    def check_offline(self, known: Known | None) -> Payload:
        """Validity without the CSMS (C13, C15)."""
        model = self.station.model
        if known is not None:
            accept = model.flag("AuthCtrlr.LocalAuthorizeOffline")
            return known.info if accept else {"status": "Unknown"}
        accept = model.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled")
        return {"status": "Accepted" if accept else "Unknown"}

    async def ask_csms(self, token: Token) -> Payload:
        """Send an AuthorizeRequest (C01.FR.02)."""
        try:
            answer = await self.station.call("Authorize", {"idToken": token.as_json()})
        except Disconnected:
            return self.check_offline(self.tokens.find(token))
        except (CallError, TimeoutError):
            return {"status": "Unknown"}
        info: Payload = answer["idTokenInfo"]
        self.tokens.remember(token, info)
        return info

    def answered(self, event: Payload, info: Payload) -> None:
        """Act on the IdTokenInfo of a TransactionEventResponse (C10.FR.05, E05.FR.01)."""
        evse = self.transactions.find(event["transactionInfo"]["transactionId"])
        if "idToken" in event:
            token = Token.of(event["idToken"])
            self.tokens.remember(token, info)
            if evse is not None:
                self.learn_group(evse, token, info)
        if info["status"] != "Accepted" and evse is not None:
            self.transactions.refused(evse)

    def learn_group(self, evse: Evse, token: Token, info: Payload) -> None:
        """The driver of an EVSE belongs to a group (C09.FR.12)."""
        authorization = evse.authorization
        if authorization is not None and authorization.token == token:
            authorization.group = group_of(info) or authorization.group

    def is_master_pass(self, info: Payload) -> bool:
        """Whether the token belongs to the master pass group (C16)."""
        master = self.station.model.text("AuthCtrlr.MasterPassGroupId")
        return bool(master) and group_of(info).casefold() == master.casefold()

    # Remote start and stop

    async def request_start(self, request: Payload) -> Answer:
        """RequestStartTransactionRequest (F01, F02)."""
        token = Token.of(request["idToken"])
        group: Payload = request.get("groupIdToken") or {}
        group_id = str(group.get("idToken", ""))
        evse = self.choose_evse(token, group_id, request.get("evseId"), [])
        if self.registration.status != "Accepted" or evse is None:  # B02.FR.05
            return Answer({"status": "Rejected"})
        authorization = Authorization(
            token,
            group_id,
            remote_start_id=request["remoteStartId"],
            trigger="RemoteStart",
            chosen="evseId" in request,
        )
        answer: Payload = {"status": "Accepted"}
        if evse.transaction is not None:
            answer["transactionId"] = evse.transaction.id  # F01.FR.13
        return Answer(answer, lambda: self.start_remotely(evse, authorization))

    async def start_remotely(self, evse: Evse, authorization: Authorization) -> None:
        """Begin what a RequestStartTransaction asked for, once it is answered."""
        self.station.spawn(self._start_remotely(evse, authorization))

    async def _start_remotely(self, evse: Evse, authorization: Authorization) -> None:
        if self.needs_check(authorization.token):
            info = await self.check(authorization.token)
            if info["status"] != "Accepted" or self.is_master_pass(info):
                return
            authorization.group = authorization.group or group_of(info)
        if evse.authorization is None:
            self.grant(evse, authorization)

    def needs_check(self, token: Token) -> bool:
        """Whether a remotely given token is authorized like a local one (F01.FR.01, C05.FR.01)."""
        return self.station.model.flag("AuthCtrlr.AuthorizeRemoteStart") and token.type not in (
            "Central",
            "NoAuthorization",
        )

    async def request_stop(self, request: Payload) -> Answer:
        """RequestStopTransactionRequest (F03)."""
        evse = self.transactions.find(request["transactionId"])
        if self.registration.status != "Accepted" or evse is None:
            return Answer({"status": "Rejected"})
        return Answer({"status": "Accepted"}, lambda: self.stop_remotely(evse))

    async def stop_remotely(self, evse: Evse) -> None:
        """End what a RequestStopTransaction asked for, once it is answered."""
        if evse.transaction is not None:
            self.transactions.stopped(evse, "RemoteStop", "Remote")
            self.station.settled()


def group_of(info: Payload) -> str:
    """The groupIdToken of an IdTokenInfo, or an empty text."""
    group: Payload = info.get("groupIdToken") or {}
    return str(group.get("idToken", ""))
