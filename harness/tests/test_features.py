"""What declared features say of a system."""

from __future__ import annotations

import pytest

from harness.spec.editions import DEFAULT


@pytest.mark.parametrize(
    ("which", "features", "point"),
    [
        ("Start", {"C-09.2", "C-10.1"}, "Authorized"),
        ("Stop", {"C-09.2", "C-10.3", "C-13"}, "PowerPathClosed"),
        ("Start", {"C-09.1", "C-09.2"}, None),
        ("Stop", {"C-09.1"}, None),
    ],
)
def test_a_point_is_known_without_asking_if_a_single_one_is_declared(
    which: str, features: set[str], point: str | None
) -> None:
    known = DEFAULT.features
    only = known.only_start_point if which == "Start" else known.only_stop_point
    assert only(frozenset(features)) == point
