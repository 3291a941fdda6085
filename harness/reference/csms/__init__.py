"""The embedded reference CSMS."""

from harness.reference.csms.config import CsmsConfig, Listener, TlsFiles
from harness.reference.csms.csms import Csms
from harness.reference.csms.holdings import NotOffered
from harness.reference.csms.requests import NotPossible
from harness.reference.rpc import CallError, Disconnected

__all__ = [
    "CallError",
    "Csms",
    "CsmsConfig",
    "Disconnected",
    "Listener",
    "NotOffered",
    "NotPossible",
    "TlsFiles",
]
