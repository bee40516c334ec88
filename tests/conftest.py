"""How hard Hypothesis looks: a little in every run of the tests, long in `make fuzz`."""

from hypothesis import HealthCheck, settings

_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("tests", deadline=None, max_examples=50, derandomize=True, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile("fuzz", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=_SLOW_IS_FINE)
settings.load_profile("tests")
