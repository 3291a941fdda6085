"""The embedded systems with intervals so short that a person can wait for them in real time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.reference.variants.variant import Variant
from harness.sut.model import Configured, Limits

SHORT = "short-intervals"
_WHY = "no interval is too short (Part 2, referenced variables)"

#: Of what the harness waits for; long enough on a machine that is busy with other things.
_LIMITS = Limits(
    response=5, event=5, boot=10, connect=10, silence=0.3, update=10, operator=5, case=60
)
_DESCRIPTION: Mapping[str, Any] = {
    "limits": _LIMITS,
    "configured": Configured(
        heartbeat_interval=1,
        offline_threshold=2,
        retry_back_off_wait_minimum=2,
        transaction_duration=0,
        ev_connection_time_out=1,
        tx_updated_interval=1,
        aligned_data_interval=3,
        aligned_data_tx_ended_interval=3,
        sampled_data_tx_ended_interval=1,
        max_energy_on_invalid_id=50,
        log_retry_interval=5,
        message_attempts=3,
        message_attempt_interval=1,
        cert_signing_wait_minimum=1,
        download_offset=3,
        install_offset=3,
    ),
}

STATION_INTERVALS: Mapping[str, Variant] = {
    SHORT: Variant(
        _WHY,
        {
            "reset_time": 0.05,
            "download_time": 0.05,
            "install_time": 0.05,
            "own_boot_interval": 1.0,
            "message_timeout": 3,
            "values": {
                "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
                "OCPPCommCtrlr.RetryBackOffWaitMinimum": "0",
            },
        },
        _DESCRIPTION,
    )
}

CSMS_INTERVALS: Mapping[str, Variant] = {
    SHORT: Variant(_WHY, {"pending_interval": 1}, _DESCRIPTION)
}
