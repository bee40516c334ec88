"""The logarithm of the gamma function as Python's own `math.lgamma` computes it; the C library's differs in last bits.

References
----------
Lanczos (1964), A precision approximation of the gamma function, SIAM Journal on Numerical Analysis B 1; with the
coefficients of the Boost libraries for 13 terms and double precision.
"""

import math

from twin.native import compiled

_G = 6.024680040776729583740234375

# fmt: off
_OVER = (
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
)
_UNDER = (
    0.0, 39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0, 2637558.0, 357423.0, 32670.0,
    1925.0, 66.0, 1.0,
)
# fmt: on


@compiled
def log_gamma(x: float) -> float:
    """The logarithm of the gamma function of a number above zero."""
    if x == math.floor(x) and x <= 2.0:
        return 0.0
    if x < 1e-20:
        return -math.log(x)
    found = math.log(_sum(x)) - _G
    return found + (x - 0.5) * (math.log(x + _G - 0.5) - 1)


@compiled
def _sum(x: float) -> float:
    above, below = 0.0, 0.0
    if x < 5.0:
        for n in range(12, -1, -1):
            above = above * x + _OVER[n]
            below = below * x + _UNDER[n]
    else:
        for n in range(13):
            above = above / x + _OVER[n]
            below = below / x + _UNDER[n]
    return above / below
