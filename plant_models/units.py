"""Times as people write them: a number with a unit, and distributions of such times by name."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from plant_models.distributions import (
    DISTRIBUTIONS,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Trace,
    Triangular,
    TruncatedNormal,
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
_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kM]?)([A-Za-z]+)\s*")
_PREFIXES = {"": Fraction(1, 1000), "k": Fraction(1), "M": Fraction(1000)}
_MEASURE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z/]+)\s*")
_LENGTHS = {"m": Fraction(1), "cm": Fraction(1, 100), "mm": Fraction(1, 1000), "km": Fraction(1000)}
_SPEEDS = {"m/min": Fraction(1), "m/s": Fraction(60), "km/h": Fraction(1000, 60)}
_LONGEST = 10_000 * 366 * DAY
_EXAMPLES = "wanted a number with a unit, such as '90 s', '4 min', '1 h 30 min' or '2 d'"
_WRITTEN = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1000), ("ms", 1))
_TIMES = {"value", "mean", "sd", "low", "mode", "high", "scale", "cycle"}
KINDS: dict[str, tuple[str, ...]] = {
    "constant": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "exponential": ("mean",),
    "lognormal": ("mean", "cv"),
    "gamma": ("mean", "shape"),
    "erlang": ("mean", "phases"),
    "weibull": ("scale", "shape"),
    "truncated_normal": ("mean", "sd", "low", "high"),
    "empirical": ("values", "weights", "interpolated"),
    "trace": ("values",),
    "geometric": ("cycle", "probability"),
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "truncated_normal": ("low", "high"),
    "empirical": ("weights", "interpolated"),
}
"""The parameters that may be left out: those at the end."""

POWER_PATTERN = r"^\s*[0-9]+(\.[0-9]+)?\s*[kM]?W\s*$"
"""A power with its unit, as a regular expression for the JSON Schema."""
ENERGY_PATTERN = r"^\s*[0-9]+(\.[0-9]+)?\s*[kM]?Wh\s*$"
"""An energy with its unit, as a regular expression for the JSON Schema."""
LENGTH_PATTERN = r"^\s*[0-9]+(\.[0-9]+)?\s*(m|cm|mm|km)\s*$"
"""A length with its unit, as a regular expression for the JSON Schema."""
SPEED_PATTERN = r"^\s*[0-9]+(\.[0-9]+)?\s*(m/min|m/s|km/h)\s*$"
"""A speed with its unit, as a regular expression for the JSON Schema."""
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


def kilowatts(value: object) -> float:
    """The kW in a power with its unit.

    >>> kilowatts("12 kW"), kilowatts("800 W"), kilowatts("1.5 MW")
    (12.0, 0.8, 1500.0)
    """
    return _electric(value, "power", "W", "'12 kW' or '800 W'")


def kilowatt_hours(value: object) -> float:
    """The kWh in an energy with its unit.

    >>> kilowatt_hours("0.4 kWh"), kilowatt_hours("250 Wh")
    (0.4, 0.25)
    """
    return _electric(value, "energy", "Wh", "'0.4 kWh' or '250 Wh'")


def in_kilowatts(power: float) -> str:
    """A power with its unit: `kilowatts` reads it back exactly.

    >>> in_kilowatts(40.0), in_kilowatts(0.8)
    ('40 kW', '0.8 kW')
    """
    return f"{Decimal(repr(power)).normalize():f} kW"


def in_kilowatt_hours(energy: float) -> str:
    """An energy with its unit: `kilowatt_hours` reads it back exactly."""
    return f"{Decimal(repr(energy)).normalize():f} kWh"


def metres(value: object) -> float:
    """The metres in a length with its unit.

    >>> metres("40 m"), metres("600 mm")
    (40.0, 0.6)
    """
    return _measured_in(value, "length", _LENGTHS, "'40 m' or '600 mm'")


def metres_per_minute(value: object) -> float:
    """The m/min in a speed with its unit.

    >>> metres_per_minute("60 m/min"), metres_per_minute("1.2 m/s"), metres_per_minute("6 km/h")
    (60.0, 72.0, 100.0)
    """
    return _measured_in(value, "speed", _SPEEDS, "'60 m/min' or '1.2 m/s'")


def in_metres(length: float) -> str:
    """A length with its unit: `metres` reads it back exactly."""
    return f"{Decimal(repr(float(length))).normalize():f} m"


def in_metres_per_minute(speed: float) -> str:
    """A speed with its unit: `metres_per_minute` reads it back exactly."""
    return f"{Decimal(repr(float(speed))).normalize():f} m/min"


def _measured_in(value: object, what: str, sizes: Mapping[str, Fraction], examples: str) -> float:
    match = _MEASURE.fullmatch(value) if isinstance(value, str) and len(value) <= 400 else None
    if match is None:
        raise ValueError(f"{shown(value)} is no {what}; wanted a number of at least 0 with a unit, such as {examples}")
    number, unit = match.groups()
    if unit not in sizes:
        raise ValueError(f"{shown(value)}: no unit {unit!r}; there are {', '.join(sizes)}")
    return float(Fraction(number) * sizes[unit])


def _electric(value: object, what: str, unit: str, examples: str) -> float:
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) and len(value) <= 400 else None
    if match is None:
        raise ValueError(f"{shown(value)} is no {what}; wanted a number of at least 0 with a unit, such as {examples}")
    number, prefix, symbol = match.groups()
    if symbol != unit:
        raise ValueError(f"{shown(value)}: no unit {prefix + symbol!r}; there are {unit}, k{unit}, M{unit}")
    return float(Fraction(number) * _PREFIXES[prefix])


def pieces(value: object) -> Distribution | float:
    """How numbers of pieces are spread; a plain number comes back as it is.

    Examples
    --------
    >>> pieces(40)
    40
    >>> pieces({"uniform": [10, 50]})
    Uniform(low=10, high=50)
    """
    if isinstance(value, Mapping):
        return distribution(value, _number)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(
            f"{shown(value)} is no number of pieces; wanted a whole number, or such as {{uniform: [10, 50]}}"
        )
    return value


def plain(number: float) -> float:
    """A number as files have it."""
    return int(number) if number == int(number) else number


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise ValueError(f"{shown(value)} is no number of pieces; wanted a plain number, zero or more")
    return value


_OTHER_NAMES = {
    "normal": "truncated_normal",
    "gaussian": "truncated_normal",
    "fixed": "constant",
    "expo": "exponential",
}
"""What other tools call distributions that are known here under another name."""


def distribution(value: object, meant: Callable[[object], float] = milliseconds) -> Distribution | float:
    """The distribution that *value* describes; a plain time comes back as its milliseconds.

    What its parameters are is *meant* to be times, if nothing else is said.

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
        return meant(value)
    if len(value) != 1 or not set(value) <= set(KINDS):
        known = ", ".join(KINDS)
        said = str(next(iter(value), ""))
        near = [_OTHER_NAMES[said]] if said in _OTHER_NAMES else get_close_matches(said, KINDS, n=1)
        hint = f"; did you mean {near[0]!r}? There are" if near and len(value) == 1 else "; wanted one of"
        raise ValueError(f"{shown(dict(value))} is no distribution{hint} {known}, such as {{exponential: 4 min}}")
    [(kind, given)] = value.items()
    return _build(kind, _parameters(kind, given, meant))


def _parameters(kind: str, given: object, meant: Callable[[object], float]) -> dict[str, Any]:
    names = KINDS[kind]
    needed = tuple(name for name in names if name not in OPTIONAL.get(kind, ()))
    if isinstance(given, Mapping):
        if kind == "weibull" and "mean" in given:
            names = needed = ("mean", "shape")
        named = dict(given)
    elif isinstance(given, Sequence) and not isinstance(given, str) and names[0] != "values":
        named = dict(zip(names, given, strict=False)) if len(given) <= len(names) else {}
    else:
        named = {names[0]: given} if len(needed) == 1 else {}
    if not set(needed) <= set(named) <= set(names):
        more = [name for name in names if name not in needed]
        may = f", and if need be {' and '.join(more)}" if more else ""
        raise ValueError(f"{kind} takes {' and '.join(needed)}{may}, not {shown(given)}")
    return {name: _parameter(kind, name, named[name], meant) for name in names if name in named}


def _parameter(kind: str, name: str, value: object, meant: Callable[[object], float]) -> Any:
    if name in ("values", "weights"):
        listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        one = "value" if name == "values" else "weight"
        return tuple(_parameter(kind, f"{one} {number}", part, meant) for number, part in enumerate(listed, start=1))
    if name == "interpolated":
        if not isinstance(value, bool):
            raise ValueError(f"{kind}, {name}: wanted true or false, not {shown(value)}")
        return value
    if name in _TIMES or name.startswith("value "):
        try:
            return meant(value)
        except ValueError as error:
            raise ValueError(f"{kind}, {name}: {error}") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{kind}, {name}: {shown(value)} is no number; wanted a plain number without a unit")
    return value


def _build(kind: str, given: dict[str, Any]) -> Distribution:
    if kind == "erlang":
        if given["phases"] < 1 or given["phases"] != int(given["phases"]):
            raise ValueError(f"erlang, phases: wanted a whole number of at least 1, not {given['phases']}")
        return Gamma(given["mean"], int(given["phases"]))
    if kind == "weibull" and given["shape"] <= 0:
        raise ValueError(f"weibull, shape: wanted more than zero, not {given['shape']}")
    if kind == "weibull" and "mean" in given:
        return Weibull(_weibull_scale(given["mean"], given["shape"]), given["shape"])
    if kind == "truncated_normal":
        given["middle"] = given.pop("mean")
    made: Distribution = DISTRIBUTIONS[kind](**given)
    return made


def _weibull_scale(mean: float, shape: float) -> float:
    try:
        return mean / math.gamma(1 + 1 / shape)
    except OverflowError:
        raise ValueError(f"weibull, shape: {shape} is too small to have a mean") from None


def written(time: Distribution, say: Callable[[float], Any] = duration) -> Any:
    """A distribution as files have it, its parameters as *say* says them; a constant is a plain time (or number)."""
    match time:
        case Constant(value):
            return say(value)
        case Exponential(mean):
            return {"exponential": say(mean)}
        case Uniform(low, high):
            return {"uniform": [say(low), say(high)]}
        case Triangular(low, mode, high):
            return {"triangular": [say(low), say(mode), say(high)]}
        case Lognormal(mean, cv):
            return {"lognormal": {"mean": say(mean), "cv": cv}}
        case Gamma(mean, shape):
            return {"gamma": {"mean": say(mean), "shape": shape}}
        case Weibull(scale, shape):
            return {"weibull": {"scale": say(scale), "shape": shape}}
        case TruncatedNormal(middle, sd, low, high):
            cuts = ({"low": say(low)} if low else {}) | ({"high": say(high)} if high < math.inf else {})
            return {"truncated_normal": {"mean": say(middle), "sd": say(sd), **cuts}}
        case Empirical():
            return {"empirical": _measured(time, say)}
        case Trace(values):
            return {"trace": [say(value) for value in values]}
        case Geometric(cycle, probability):
            return {"geometric": {"cycle": say(cycle), "probability": probability}}


def _measured(time: Empirical, say: Callable[[float], Any]) -> object:
    values = [say(value) for value in time.values]
    weights = {"weights": list(time.weights)} if time.weights else {}
    between = {"interpolated": True} if time.interpolated else {}
    return {"values": values, **weights, **between} if weights or between else values


def parameters_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of what may stand behind a distribution's name."""
    time = {"type": "string", "pattern": DURATION_PATTERN}
    if KINDS[kind][0] != "values":
        several = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 4}
        named: dict[str, Any] = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
        return {"oneOf": [time, several, named]}
    times = {"type": "array", "items": time, "minItems": 1}
    meanings = {
        "values": {"oneOf": [time, times]},
        "weights": {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}},
        "interpolated": {"type": "boolean"},
    }
    known = {name: meanings[name] for name in KINDS[kind]}
    named = {"type": "object", "properties": known, "required": ["values"], "additionalProperties": False}
    return {"oneOf": [time, times, named]}


def shown(value: object) -> str:
    """*value* as it is quoted in a message: in short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
