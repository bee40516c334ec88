"""How many samples Sobol's shares take before anything can be said by them."""

import math

TOLD_WITHIN = 0.1
"""Half the width of an interval, as a share of the variance, with which factors are told apart in practice."""


def samples_enough(samples: int, half: float) -> int:
    """With how many samples intervals would be within a tenth of the variance, where *samples* gave ±*half*.

    They shrink with the square root of the number of samples. Sobol's sequence wants a power of two.

    Examples
    --------
    >>> samples_enough(8, 0.8), samples_enough(64, 0.08)
    (512, 64)
    """
    if half <= TOLD_WITHIN:
        return samples
    return 1 << math.ceil(math.log2(samples * (half / TOLD_WITHIN) ** 2))
