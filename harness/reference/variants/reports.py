"""How stations differ in their device model, and in reporting it (blocks B and N)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import station_behaviour as behaviour
from harness.reference.variants import wire
from harness.reference.variants.variant import Variant

_NO_DEVICE_MANAGEMENT = frozenset({"Core", "Advanced Security", "Reservation"})
_CORE = frozenset({"Core"})

REPORTS: Mapping[str, Variant] = {
    "no-summary": Variant(
        "SummaryInventory belongs to Advanced Device Management (B07.FR.02; Part 5, TC_B_15)",
        {"supports_summary_inventory": False},
        {"profiles": _NO_DEVICE_MANAGEMENT},
        removes=frozenset({"C-56"}),
    ),
    "core-only": Variant(
        "nothing but the profile Core (Part 5)",
        {
            "supports_summary_inventory": False,
            "supports_get_report": False,
            "reserve": False,
            "local_list": False,
            "optional_variables": "absent",
        },
        {"profiles": _CORE},
        removes=frozenset({"C-08", "C-20", "C-28", "C-56", "C-58", "C-59", "R-2"}),
    ),
    "many-report-parts": Variant("reports in many parts (B07.FR.04)", {"report_parts": 3}),
    "customer-in-parts": Variant(
        "customer information in many parts (N09.FR.05)", {"customer_part": 40}
    ),
    "customer-unknown-in-silence": Variant(
        "that nothing is stored may be said without a word (N09.FR.06)", {"nobody_text": ""}
    ),
    "empty-last-part": Variant(
        "the last part may have no data (NotifyReportRequest)", alter=behaviour.empty_last_part
    ),
    "interrupted-reports": Variant(
        "other messages between the parts of a report",
        {"report_parts": 20},
        alter=behaviour.interrupted_reports,
    ),
    "by-default": Variant(
        "tbc, type, mutability and what is measured have defaults",
        {"connector_events": "NotifyEvent", "report_parts": 30},
        alter=wire.by_default,
    ),
    "backwards": Variant("results and reports in any order", alter=wire.backwards),
    "empty-instances": Variant(
        "an empty instance is none (B06.FR.15; Part 4, 4.1.5)",
        {"connector_events": "NotifyEvent"},
        alter=wire.empty_instances,
    ),
    "lower-case-names": Variant(
        "names of components and variables are case-insensitive (Part 2, 1.2)",
        {"connector_events": "NotifyEvent"},
        alter=wire.names(str.lower),
    ),
    "upper-case-names": Variant(
        "names of components and variables are case-insensitive (Part 2, 1.2)",
        alter=wire.names(str.upper),
    ),
    "criteria-report-component": Variant(
        "a criterion reports all of a component (B08.FR.07-10)", {"criteria_report": "component"}
    ),
    "too-many-all-rejected": Variant(
        "too many items: all are rejected (B06.FR.05)", {"over_limit": "reject_all"}
    ),
    "too-many-call-error": Variant(
        "too many items: a CALLERROR (B06.FR.16)", {"over_limit": "call_error"}
    ),
    "optional-variables-absent": Variant(
        "optional variables need not exist",
        {"optional_variables": "absent"},
        removes=frozenset({"C-08", "C-20", "C-28", "C-58", "C-59"}),
    ),
    "back-off-read-only": Variant(
        "the back-off may be fixed (2.1.11-13)",
        {
            "read_only": frozenset(
                {
                    "OCPPCommCtrlr.RetryBackOffWaitMinimum",
                    "OCPPCommCtrlr.RetryBackOffRandomRange",
                    "OCPPCommCtrlr.RetryBackOffRepeatTimes",
                }
            )
        },
    ),
}
