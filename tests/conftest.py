"""How long the property tests look: `HYPOTHESIS_PROFILE=fuzz` looks long, `smoke` hardly, `dev` is the default.

Only `fuzz` makes smaller what it finds: the others find the same cases every time, and say at once what fails.

What a shell starts in the background ignores an interrupt, and so does all that it starts; the tests interrupt.
"""

import os
import signal

from hypothesis import HealthCheck, Phase, settings

_quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_phases = (Phase.explicit, Phase.generate)
settings.register_profile(
    "dev", max_examples=50, deadline=None, derandomize=True, suppress_health_check=_quiet, phases=_phases
)
settings.register_profile("fuzz", max_examples=200, deadline=None, print_blob=True, suppress_health_check=_quiet)
settings.register_profile(
    "smoke", max_examples=6, deadline=None, derandomize=True, suppress_health_check=_quiet, phases=_phases
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

signal.signal(signal.SIGINT, signal.default_int_handler)
