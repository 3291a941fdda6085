from typing import Any

from harness.operators import Unsupported


class MyOperator:
    def __init__(self, port: str) -> None:
        self.port = port

    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Do it, and return when it is done; raise OperatorFailed if it goes wrong."""
        raise Unsupported(f"there is no way to {action}")

    async def close(self) -> None: ...
