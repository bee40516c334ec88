"""Whatever is wrong with a file is one message that says where, what was found and what is known."""

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant_models import InvalidPlant, read
from plant_models.documents import document

GOOD = """\
scenario: small
shifts:
  day:
    week:
      early: {days: mon-fri, hours: "06:00-14:00"}
work_centers:
  turning:
    machines:
      lathe-1: {speed: 1.2}
      lathe-2:
        failures:
          tool: {time_to_failure: {exponential: 8 h}, time_to_repair: 20 min}
    shifts: day
    changeover: {default: 10 min}
  milling:
    machines: [mill-1]
    buffer: {capacity: 3, discipline: fifo}
products:
  shaft:
    family: shafts
    routing:
      - turning: 4 min
      - milling: {mill-1: 3 min}
  flange:
    like: shaft
orders:
  - {order: o-1, product: shaft, quantity: 2, due: 1 d}
  - {order: o-2, product: flange, release: 2026-01-05T08:00, weight: 2}
"""

TIME = "wanted a number with a unit, such as '90 s', '4 min', '1 h 30 min' or '2 d'"

WRONG = [
    # what is written, what instead, the line, the place, what is said
    ("scenario: small\n", "", None, "scenario", "the key 'scenario' is missing"),
    (
        "{speed: 1.2}",
        "{sped: 1.2}",
        9,
        "work_centers.turning.machines.lathe-1.sped",
        "no key 'sped'; did you mean 'speed'?",
    ),
    ("{speed: 1.2}", "{speed: fast}", 9, "work_centers.turning.machines.lathe-1.speed", "not 'fast'"),
    ("{speed: 1.2}", "{speed: .nan}", 9, "work_centers.turning.machines.lathe-1.speed", "nan"),
    ("{speed: 1.2}", "{speed: .inf}", 9, "work_centers.turning.machines.lathe-1.speed", "inf"),
    ("{speed: 1.2}", "{speed: -1}", 9, "work_centers.turning.machines.lathe-1.speed", "greater than 0"),
    ("{speed: 1.2}", "{speed: 0}", 9, "work_centers.turning.machines.lathe-1.speed", "greater than 0"),
    (
        "exponential: 8 h",
        "exponential: 8",
        12,
        "failures.tool.time_to_failure",
        f"exponential, mean: 8 has no unit; {TIME}",
    ),
    ("exponential: 8 h", "exponential: -8 h", 12, "failures.tool.time_to_failure", "'-8 h' is negative"),
    ("exponential: 8 h", "exponential: 0 h", 12, "failures.tool.time_to_failure", "the mean must be more than zero"),
    (
        "exponential: 8 h",
        "exponentail: 8 h",
        12,
        "failures.tool.time_to_failure",
        "is no distribution; did you mean 'exponential'? There are constant",
    ),
    (
        "exponential: 8 h",
        "weibull: [8 h, .nan]",
        12,
        "failures.tool.time_to_failure",
        "weibull, shape: nan is no number",
    ),
    ("exponential: 8 h", "weibull: {mean: 8 h, shape: 1.0e-9}", 12, "time_to_failure", "shape"),
    ("exponential: 8 h", "uniform: [9 h, 8 h]", 12, "failures.tool.time_to_failure", "wanted 0 <= low <= high"),
    ("exponential: 8 h", "erlang: {mean: 8 h, phases: 2.5}", 12, "time_to_failure", "wanted a whole number"),
    (
        "time_to_repair: 20 min",
        "time_to_repair: 20 parsecs",
        12,
        "time_to_repair",
        "no unit 'parsecs'; there are ms, s, min, h, d, w",
    ),
    ("tool: {time", "tool: {mttr: 1 h, time", 12, "failures.tool.mttr", "no key 'mttr'; there are time_to_failure"),
    ("    shifts: day", "    shifts: dya", 13, "work_centers.turning.shifts", "no shifts 'dya'; did you mean 'day'?"),
    ("mon-fri", "mon-fry", 5, "shifts.day.week.early.days", "no day 'fry'"),
    ("06:00-14:00", "6 to 2", 5, "shifts.day.week.early.hours", "wanted such as '06:00-14:00'"),
    ("06:00-14:00", "06:00-25:00", 5, "shifts.day.week.early.hours", "no such time of day"),
    ("default: 10 min", "default: ten", 14, "work_centers.turning.changeover.default", "'ten' is no time"),
    ("[mill-1]", "[mill-1, mill-1]", 16, "work_centers.milling.machines", "machine 'mill-1' is there twice"),
    (
        "[mill-1]",
        "[lathe-1]",
        16,
        "work_centers.milling.machines",
        "there is a machine 'lathe-1' already, in work center 'turning'",
    ),
    ("[mill-1]", "[]", 16, "work_centers.milling.machines", "needs at least one machine"),
    ("[mill-1]", "[[mill-1]]", 16, "work_centers.milling.machines", "is no name"),
    ("capacity: 3", "capacity: -3", 17, "work_centers.milling.buffer.capacity", "greater than or equal to 0"),
    ("capacity: 3", "capacity: '3'", 17, "work_centers.milling.buffer.capacity", "valid integer"),
    (
        "{capacity: 3, discipline: fifo}",
        "stoer",
        17,
        "work_centers.milling.buffer",
        "no buffer 'stoer'; there are turning",
    ),
    ("discipline: fifo", "discipline: fiof", 17, "work_centers.milling.buffer.discipline", "'any', 'fifo' or 'lifo'"),
    (
        "- turning: 4 min",
        "- turnign: 4 min",
        22,
        "products.shaft.routing.0",
        "no work center or machine 'turnign'; did you mean 'turning'?",
    ),
    ("- turning: 4 min", "- turning: 4", 22, "products.shaft.routing.0", f"4 has no unit; {TIME}"),
    ("- turning: 4 min", "- turning: -4 min", 22, "products.shaft.routing.0", "'-4 min' is negative"),
    ("- turning: 4 min", "- turning: .nan", 22, "products.shaft.routing.0", "nan is no time"),
    ("- turning: 4 min", "- turning:", 22, "products.shaft.routing.0", "'at' and 'time', or 'machines'"),
    (
        "- turning: 4 min",
        "- {step: turning, at: turning}",
        22,
        "products.shaft.routing.0",
        "'at' and 'time', or 'machines'",
    ),
    (
        "- turning: 4 min",
        "- {step: x, machines: {lathe-1: 1 min, mill-1: 1 min}}",
        22,
        "routing.0",
        "wait behind different buffers",
    ),
    ("- turning: 4 min", "- {step: x, at: turning, time: 1 min, scrap: 1}", 22, "routing.0.scrap", "less than 1"),
    ("- turning: 4 min", "- {step: x, at: turning, time: 1 min, buffer: y}", 22, "routing.0.buffer", "no buffer 'y'"),
    (
        "mill-1: 3 min",
        "mill-2: 3 min",
        23,
        "products.shaft.routing.1.milling.mill-2",
        "no machine 'mill-2'; did you mean 'mill-1'?",
    ),
    ("milling: {mill-1: 3 min}", "milling: {}", 23, "products.shaft.routing.1", "no machine can do this step"),
    ("like: shaft", "like: shfat", 25, "products.flange.like", "no product 'shfat'; did you mean 'shaft'?"),
    ("like: shaft", "like: flange", 25, "products.flange.like", "the routing goes in a circle: flange like flange"),
    ("like: shaft", "routing: []", 25, "products.flange.routing", "the routing is empty"),
    ("like: shaft", "routing: other", 25, "products.flange.routing", "no routing 'other'; there are none"),
    ("like: shaft", "family: shafts", 24, "products.flange", "wanted a 'routing', or 'like'"),
    ("  flange:\n", "  shaft:\n", 24, "products", "the key 'shaft' is there already, in line 19"),
    ("order: o-2", "order: o-1", 28, "orders.1.order", "there is an order 'o-1' already"),
    ("product: flange", "product: flage", 28, "orders.1.product", "no product 'flage'; did you mean 'flange'?"),
    ("quantity: 2", "quantity: 0", 27, "orders.0.quantity", "greater than or equal to 1"),
    ("quantity: 2", "quantity: 2.5", 27, "orders.0.quantity", "valid integer"),
    ("due: 1 d", "due: 30", 27, "orders.0.due", "30"),
    ("due: 1 d", "due: tomorrow", 27, "orders.0.due", "or a date and time such as '2026-01-05T06:00'"),
    ("2026-01-05T08:00", "2026-01-05T05:00", 28, "orders.1", "must not lie before the epoch"),
    ("2026-01-05T08:00", "2026-02-30T05:00", 28, "orders.1.release", "2026-02-30"),
    ("weight: 2", "weight: -2", 28, "orders.1.weight", "greater than or equal to 0"),
    ("weight: 2", "weight: .nan", 28, "orders.1.weight", "nan"),
    ("weight: 2", "repeat: 3", 28, "orders.1", "'repeat' and 'every' together"),
    ("scenario: small", "scenario: small\nepoch: soon", 2, "epoch", "'soon' is no date and time"),
    ("scenario: small", "scenario: small\nmachine_order: [lathe-1]", 2, "machine_order", "wanted every machine once"),
    ("scenario: small", "scenario: small\nordres: []", 2, "ordres", "no key 'ordres'; did you mean 'orders'?"),
    ("scenario: small", "scenario: [small]", 1, "scenario", "is no name"),
    ("scenario: small", "scenario: !!python/object/apply:os.system [ls]", 1, "", "has no meaning here"),
    ("scenario: small", "scenario: small\n---\n", 2, "", "a second document begins"),
    ("scenario: small", "scenario: *small", 1, "", "*small"),
    ("scenario: small", "scenario: 'small", None, "", "not YAML"),
    ("scenario: small", "? [a]\n: b\nscenario: small", 1, "", "a key must be plain text"),
]


def complaint(path: Path) -> str:
    with pytest.raises(InvalidPlant) as caught:
        read.scenario(path)
    message = str(caught.value)
    assert message.startswith(f"{path}") or message.startswith(repr(str(path)))
    return message


def check_told(path: Path) -> None:
    """Whatever is in the file: it is read, or refused in the one way."""
    try:
        read.scenario(path)
    except InvalidPlant as error:
        message = str(error)
    else:
        return
    assert message.startswith(str(path))


def test_the_good_file_is_good(tmp_path):
    path = tmp_path / "plant.yaml"
    path.write_text(GOOD)
    assert len(read.scenario(path).orders) == 2


@pytest.mark.parametrize(("right", "wrong", "line", "place", "said"), WRONG)
def test_a_wrong_file_is_told_with_line_place_and_what_is_known(tmp_path, right, wrong, line, place, said):
    assert right in GOOD
    path = tmp_path / "plant.yaml"
    path.write_text(GOOD.replace(right, wrong, 1))
    first = complaint(path).splitlines()[0]
    if line is not None:
        assert first.startswith(f"{path}:{line}: "), first
    assert place in first
    assert said in first


@pytest.mark.parametrize(
    ("right", "wrong", "line", "place", "said"), [case for case in WRONG if "!!" not in case[1]][:40]
)
def test_every_message_is_of_a_readable_length(tmp_path, right, wrong, line, place, said):
    path = tmp_path / "plant.yaml"
    path.write_text(GOOD.replace(right, wrong, 1))
    assert all(len(row) - len(str(path)) < 500 for row in complaint(path).splitlines())


def test_several_faults_are_told_at_once_and_ten_at_most(tmp_path):
    path = tmp_path / "plant.yaml"
    path.write_text(GOOD.replace("speed: 1.2", "speed: -1").replace("4 min", "4").replace("capacity: 3", "capacity: x"))
    assert len(complaint(path).splitlines()) == 3
    orders = "".join(f"  - {{order: x{n}, product: none}}\n" for n in range(25))
    path.write_text(GOOD + orders)
    told = complaint(path).splitlines()
    assert len(told) == 11
    assert told[-1] == "... and 15 more"


def test_a_circle_of_products_is_refused(tmp_path):
    path = tmp_path / "plant.yaml"
    circle = "  a: {like: b}\n  b: {like: c}\n  c: {like: a}\n"
    path.write_text(GOOD.replace("  flange:\n    like: shaft\n", circle).replace("product: flange", "product: shaft"))
    assert "products.a.like: the routing goes in a circle: a like b like c like a" in complaint(path)


@pytest.mark.parametrize("content", ["", "42", "- a\n- b", "just text", "null", "# only a remark\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    path = tmp_path / "plant.yaml"
    path.write_text(content)
    assert "wanted a mapping" in complaint(path)


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path):
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(rows))
    start = time.perf_counter()
    assert "aliases counted for what they stand for" in complaint(path)
    assert time.perf_counter() - start < 2


def test_something_that_stands_within_itself_is_refused(tmp_path):
    path = tmp_path / "loop.yaml"
    path.write_text("a: &a [*a]\n")
    assert "stands for nothing that is complete" in complaint(path)


@pytest.mark.parametrize("ending", ["yaml", "json"])
@pytest.mark.parametrize("opening", ["[", "{a: ", '{"a":'])
def test_endless_nesting_is_refused(tmp_path, ending, opening):
    path = tmp_path / f"deep.{ending}"
    path.write_text(opening * 100_000)
    complaint(path)


def test_ten_megabytes_of_noise_are_refused_within_a_second(tmp_path):
    noise = random.Random(1)
    binary = noise.randbytes(10_000_000)
    letters = bytes(97 + byte % 26 if byte % 7 else 10 for byte in binary[:100_000]) * 100
    for name, content in (
        ("binary.yaml", binary),
        ("text.yaml", letters),
        ("binary.json", binary),
        ("text.json", letters),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        start = time.perf_counter()
        message = complaint(path)
        assert len(message) < 600
        assert time.perf_counter() - start < 1


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path):
    path = tmp_path / "plant.yaml"
    path.write_bytes(GOOD.encode() + "# für\n".encode("latin-1"))
    assert complaint(path).startswith(f"{path}:29: ")
    assert "wanted a text file in UTF-8" in complaint(path)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "plant.yaml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read.scenario(path).id == "small"


def test_a_folder_a_missing_file_and_an_unknown_name_are_told(tmp_path):
    (tmp_path / "x.yaml").mkdir()
    assert "not a file" in complaint(tmp_path / "x.yaml")
    assert "No such file" in complaint(tmp_path / "y.yaml")
    with pytest.raises(InvalidPlant, match="no scenario 'machine-shp'; did you mean 'machine-shop'"):
        read.scenario("machine-shp")
    with pytest.raises(InvalidPlant, match=r"wanted a file that ends in \.yaml"):
        read.scenario(tmp_path / "plant.txt")
    with pytest.raises(InvalidPlant):
        read.scenario("a\0b.yaml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"scenario": "a", "scenario": "b"}', "the key 'scenario' is there twice"),
        ('{"scenario": NaN}', "NaN is no number"),
        ('{"scenario": "a",}', ":1: not JSON"),
        (
            '{"scenario": "a", "products": {}, "work_centers": {"x": {"machines": ["m"], "size": 1}}}',
            "work_centers.x.size: no key",
        ),
        ('{"scenario": ' + "9" * 5000 + "}", "not JSON that can be read"),
        ("[]", "wanted a mapping"),
    ],
)
def test_json_is_read_as_strictly(tmp_path, content, said):
    path = tmp_path / "plant.json"
    path.write_text(content)
    assert said in complaint(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_a_file_raises_anything_else(tmp_path, data):
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.text("{}[]:-,&*!|>'\"%@\n \t0a\u00e9~.", max_size=6)) + text[end:]
    path = tmp_path / "damaged.yaml"
    path.write_text(text)
    check_told(path)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_value_in_the_wrong_place_raises_anything_else(tmp_path, data):
    source = tmp_path / "good.yaml"
    source.write_text(GOOD)
    content = document(source).content
    value = content
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(value[key], (dict, list)) or not value[key] or data.draw(st.booleans()):
            value[key] = data.draw(_VALUES)
            break
        value = value[key]
    path = tmp_path / "swapped.json"
    path.write_text(json.dumps(content))
    check_told(path)
