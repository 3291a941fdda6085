"""What a station has stored about a customer, told and cleared (N09, N10)."""

from __future__ import annotations

import json

from harness.reference.rpc import Answer, CallError, Disconnected, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.state import Token

#: The ways to name a customer; a request has exactly one of them (N09.FR.09).
WAYS = ("idToken", "customerCertificate", "customerIdentifier")


class Customers:
    """Handler of CustomerInformation, and the notifications that follow."""

    def __init__(self, station: StationContext) -> None:
        self.station = station

    async def information(self, request: Payload) -> Answer:
        """CustomerInformationRequest."""
        if sum(way in request for way in WAYS) != 1:
            return Answer({"status": "Invalid"})
        if not request["report"] and not request["clear"]:
            return Answer({"status": "Rejected"})  # N09.FR.07, N10.FR.07
        text = self.told(request)
        if request["clear"]:
            self.clear(request)

        async def afterwards() -> None:
            self.station.spawn(self.send(self.parts(request["requestId"], text)))

        return Answer({"status": "Accepted"}, afterwards)

    def told(self, request: Payload) -> str:
        """What the notifications say (N09.FR.05, N09.FR.06, N10.FR.03, N10.FR.04, N10.FR.06)."""
        if not request["report"]:
            return self.station.config.cleared_text
        found = self.stored(request)
        return json.dumps(found) if found else self.station.config.nobody_text

    def stored(self, request: Payload) -> Payload:
        """All that there is about this customer."""
        memory = self.station.memory
        if "customerIdentifier" in request:
            note = memory.customers.get(request["customerIdentifier"])
            return {"note": note} if note is not None else {}
        if "idToken" not in request:
            return {}
        token = Token.of(request["idToken"])
        places = {"cache": memory.cache, "localList": memory.local_list}
        return {
            name: {**known[token].info, "since": known[token].updated.isoformat()}
            for name, known in places.items()
            if token in known
        }

    def clear(self, request: Payload) -> None:
        """Remove it, but from the local list (N10.FR.03, N10.FR.06)."""
        memory = self.station.memory
        if "idToken" in request:
            memory.cache.pop(Token.of(request["idToken"]), None)
        memory.customers.pop(request.get("customerIdentifier", ""), None)
        memory.save()

    def parts(self, request_id: int, text: str) -> list[Payload]:
        """NotifyCustomerInformationRequests, one at least; the sequence begins with 0."""
        size = self.station.config.customer_part
        chunks = [text[i : i + size] for i in range(0, len(text), size)] or [""]
        return [
            {
                "requestId": request_id,
                "generatedAt": self.station.now(),
                "seqNo": number,
                "tbc": number < len(chunks) - 1,
                "data": chunk,
            }
            for number, chunk in enumerate(chunks)
        ]

    async def send(self, parts: list[Payload]) -> None:
        """Send the parts in order; none is repeated."""
        for part in parts:
            try:
                await self.station.call("NotifyCustomerInformation", part)
            except (CallError, TimeoutError):
                continue
            except Disconnected:
                return
