"""Hypothesis profiles of the harness's own tests.

``quick`` takes the same examples each time, so that a red build comes from the change at hand;
``long`` (``make fuzz``) takes new ones. ``HYPOTHESIS_PROFILE`` or ``--hypothesis-profile`` chooses.
With the first, ``long`` also bounds the memory: what eats it up ends in a MemoryError of its test.
"""

import os
import resource
from contextlib import suppress

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
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
settings.load_profile(PROFILE)

#: Bytes of address space of each process; the long run needs about a quarter of it.
MOST_MEMORY = 2 << 30
if PROFILE == "long":
    with suppress(ValueError, OSError):  # not every system can bound it
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
