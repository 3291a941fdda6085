"""Hypothesis profiles of the harness's own tests.

``quick`` takes the same examples each time, so that a red build comes from the change at hand;
``long`` (``make fuzz``) takes new ones. ``HYPOTHESIS_PROFILE`` or ``--hypothesis-profile`` chooses.
"""

import os

from hypothesis import HealthCheck, settings

# Other processes may have the machine: no deadline for one example.
settings.register_profile("quick", deadline=None, database=None, derandomize=True, max_examples=100)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=3000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
