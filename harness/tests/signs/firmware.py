"""How stations show that differ in files and updates."""

from __future__ import annotations

from harness.tests.signs.sign import Sign, reads

FIRMWARE = {
    "files-by-https": Sign(reads("FileTransferProtocols", "HTTPS")),
}
