"""How stations differ in the files that they fetch and deliver, and in updates (blocks L, N)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants.variant import Variant

FIRMWARE: Mapping[str, Variant] = {
    "files-by-https": Variant(
        "which protocols a station speaks is its own choice (2.1.4 FileTransferProtocols)",
        {"values": {"OCPPCommCtrlr.FileTransferProtocols": "HTTPS"}},
    ),
}
