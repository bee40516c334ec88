"""Times as people write them: a number with a unit, and distributions of such times by name."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from plant_models.distributions import (
    Constant,
    Distribution,
    Exponential,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
)
from plant_models.shifts import DAY, HOUR, MINUTE, WEEK

_SIZES = {"ms": 1, "s": 1000, "sec": 1000, "min": MINUTE, "h": HOUR, "d": DAY, "w": WEEK} | {
    f"{name}{plural}": size
    for name, size in (("second", 1000), ("minute", MINUTE), ("hour", HOUR), ("day", DAY), ("week", WEEK))
    for plural in ("", "s")
}
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)")
_LONGEST = 10_000 * 366 * DAY
_EXAMPLES = "wanted a number with a unit, such as '90 s', '4 min', '1 h 30 min' or '2 d'"
_WRITTEN = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1000), ("ms", 1))
_TIMES = {"value", "mean", "low", "mode", "high", "scale"}
KINDS: dict[str, tuple[str, ...]] = {
    "constant": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "exponential": ("mean",),
    "lognormal": ("mean", "cv"),
    "gamma": ("mean", "shape"),
    "erlang": ("mean", "phases"),
    "weibull": ("scale", "shape"),
}

DURATION_PATTERN = r"^\s*([0-9]+(\.[0-9]+)?\s*(ms|s|sec|seconds?|min|minutes?|h|hours?|d|days?|w|weeks?)\s*)+$"
"""A time with its unit, as a regular expression for the JSON Schema."""


def milliseconds(value: object) -> float:
    """The milliseconds in a time with units.

    Raises
    ------
    ValueError
        Where it has no unit, is negative or is no time at all.

    Examples
    --------
    >>> milliseconds("1 h 30 min"), milliseconds("0.25 s")
    (5400000, 250)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{shown(value)} is no time; {_EXAMPLES}")
    if not isinstance(value, str):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no time; {_EXAMPLES}")
        if value < 0:
            raise ValueError(f"{value} is negative and has no unit; {_EXAMPLES}, zero or more")
        raise ValueError(f"{value} has no unit; {_EXAMPLES}")
    text = value.strip()
    if text.startswith(("-", "\u2212")):
        raise ValueError(f"{shown(value)} is negative; a time is zero or more")
    if not text or len(text) > 400:
        raise ValueError(f"{shown(value)} is no time; {_EXAMPLES}")
    total, at = Fraction(0), 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            lacks = "has no unit" if text[at:].strip().replace(".", "", 1).isdigit() else "is no time"
            raise ValueError(f"{shown(value)} {lacks}; {_EXAMPLES}")
        number, unit = part.groups()
        if unit not in _SIZES:
            raise ValueError(f"{shown(value)}: no unit {unit!r}; there are ms, s, min, h, d, w")
        total += Fraction(number) * _SIZES[unit]
        at = part.end()
    if total > _LONGEST:
        raise ValueError(f"{shown(value)} is longer than 10000 years")
    return int(total) if total.denominator == 1 else float(total)


def whole_milliseconds(value: object) -> int:
    """The same for the clock of a plant, which counts whole milliseconds."""
    return round(milliseconds(value))


def duration(time: float) -> str:
    """A time with its units, in full: `milliseconds` reads it back exactly.

    >>> duration(5_400_250), duration(0), duration(0.5)
    ('1 h 30 min 250 ms', '0 s', '0.5 ms')
    """
    if time != int(time):
        return f"{Decimal(repr(time)):f} ms"
    left, parts = int(time), []
    for unit, size in _WRITTEN:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


def distribution(value: object) -> Distribution | float:
    """The distribution that *value* describes; a plain time comes back as its milliseconds.

    A distribution is a mapping of its name to its parameters: one alone, a list in order, or a mapping by name.

    Examples
    --------
    >>> distribution("4 min")
    240000
    >>> distribution({"lognormal": {"mean": "4 min", "cv": 0.2}})
    Lognormal(mean=240000, cv=0.2)
    >>> distribution({"uniform": ["2 min", "4 min"]})
    Uniform(low=120000, high=240000)
    """
    if not isinstance(value, Mapping):
        return milliseconds(value)
    if len(value) != 1 or not set(value) <= set(KINDS):
        known = ", ".join(KINDS)
        raise ValueError(
            f"{shown(dict(value))} is no distribution; wanted one of {known}, such as {{exponential: 4 min}}"
        )
    [(kind, given)] = value.items()
    return _build(kind, _parameters(kind, given))


def _parameters(kind: str, given: object) -> dict[str, float]:
    names = KINDS[kind]
    if isinstance(given, Mapping):
        if kind == "weibull" and "mean" in given:
            names = ("mean", "shape")
        named = dict(given)
    elif isinstance(given, Sequence) and not isinstance(given, str):
        named = dict(zip(names, given, strict=False)) if len(given) == len(names) else {}
    else:
        named = {names[0]: given} if len(names) == 1 else {}
    if set(named) != set(names):
        raise ValueError(f"{kind} takes {' and '.join(names)}, not {shown(given)}")
    return {name: _parameter(kind, name, named[name]) for name in names}


def _parameter(kind: str, name: str, value: object) -> float:
    if name in _TIMES:
        try:
            return milliseconds(value)
        except ValueError as error:
            raise ValueError(f"{kind}, {name}: {error}") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{kind}, {name}: {shown(value)} is no number; wanted a plain number without a unit")
    return value


def _build(kind: str, given: dict[str, float]) -> Distribution:
    match kind:
        case "constant":
            return Constant(given["value"])
        case "uniform":
            return Uniform(given["low"], given["high"])
        case "triangular":
            return Triangular(given["low"], given["mode"], given["high"])
        case "exponential":
            return Exponential(given["mean"])
        case "lognormal":
            return Lognormal(given["mean"], given["cv"])
        case "gamma":
            return Gamma(given["mean"], given["shape"])
        case "erlang":
            if given["phases"] < 1 or given["phases"] != int(given["phases"]):
                raise ValueError(f"erlang, phases: wanted a whole number of at least 1, not {given['phases']}")
            return Gamma(given["mean"], int(given["phases"]))
    if given["shape"] <= 0:
        raise ValueError(f"weibull, shape: wanted more than zero, not {given['shape']}")
    return Weibull(
        given["scale"] if "scale" in given else _weibull_scale(given["mean"], given["shape"]), given["shape"]
    )


def _weibull_scale(mean: float, shape: float) -> float:
    try:
        return mean / math.gamma(1 + 1 / shape)
    except OverflowError:
        raise ValueError(f"weibull, shape: {shape} is too small to have a mean") from None


def written(time: Distribution) -> str | dict[str, object]:
    """A distribution as files have it; a constant is a plain time."""
    match time:
        case Constant(value):
            return duration(value)
        case Exponential(mean):
            return {"exponential": duration(mean)}
        case Uniform(low, high):
            return {"uniform": [duration(low), duration(high)]}
        case Triangular(low, mode, high):
            return {"triangular": [duration(low), duration(mode), duration(high)]}
        case Lognormal(mean, cv):
            return {"lognormal": {"mean": duration(mean), "cv": cv}}
        case Gamma(mean, shape):
            return {"gamma": {"mean": duration(mean), "shape": shape}}
        case Weibull(scale, shape):
            return {"weibull": {"scale": duration(scale), "shape": shape}}


def shown(value: object) -> str:
    """*value* as it is quoted in a message: in short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
