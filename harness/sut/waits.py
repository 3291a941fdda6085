"""How long cases wait at least, by the values that a description configures."""

from __future__ import annotations

from harness.sut.model import Configured


def station_waits(configured: Configured) -> list[tuple[float, str]]:
    """Seconds that some case waits at least, and by which values."""
    attempts, interval = configured.message_attempts, configured.message_attempt_interval
    pauses = sum(range(1, attempts + 1)) * interval
    held = attempts * configured.slot_1.message_timeout
    return [
        (configured.heartbeat_interval, "configured.heartbeat_interval"),
        (configured.offline_threshold, "configured.offline_threshold"),
        (4 * configured.retry_back_off_wait_minimum, "configured.retry_back_off_wait_minimum"),
        # Two drivers come to be known, and then one charges (TC_C_41_CS).
        (3 * configured.transaction_duration, "configured.transaction_duration"),
        (configured.ev_connection_time_out, "configured.ev_connection_time_out"),
        (6 * configured.tx_updated_interval, "configured.tx_updated_interval"),
        # TC_J_06_CS: three times before the transaction, one in it, two after it.
        (6 * configured.aligned_data_interval, "configured.aligned_data_interval"),
        (
            3 * configured.aligned_data_tx_ended_interval,
            "configured.aligned_data_tx_ended_interval",
        ),
        (
            3 * configured.sampled_data_tx_ended_interval,
            "configured.sampled_data_tx_ended_interval",
        ),
        (pauses + held, "configured.message_attempts and message_attempt_interval"),
        (3 * configured.cert_signing_wait_minimum, "configured.cert_signing_wait_minimum"),
    ]


def csms_waits(configured: Configured) -> list[tuple[float, str]]:
    """The same of a CSMS."""
    return [
        (configured.heartbeat_interval, "configured.heartbeat_interval"),
        (configured.transaction_duration, "configured.transaction_duration"),
        (configured.ev_connection_time_out, "configured.ev_connection_time_out"),
        (3 * configured.aligned_data_interval, "configured.aligned_data_interval"),
        (
            2 * configured.aligned_data_tx_ended_interval + configured.transaction_duration,
            "configured.aligned_data_tx_ended_interval",
        ),
    ]
