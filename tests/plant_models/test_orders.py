"""An ERP's order book."""

from importlib import resources

import pytest

from plant_models import InvalidPlant, Order, read
from plant_models.shifts import HOUR

SHOP = read.scenario("machine-shop")
HEAD = "order;product;quantity;release;due;weight\n"


def orders(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "orders.csv"
    path.write_bytes(content.encode(encoding))
    return read.orders(path, SHOP)


def test_the_shipped_order_book_is_that_of_the_machine_shop():
    with resources.as_file(resources.files("scenarios") / "machine-shop-orders.csv") as path:
        assert read.orders(path, SHOP) == SHOP.orders


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_line_ends_and_byte_order_marks_are_as_they_come(tmp_path, separator, end, encoding):
    rows = [
        "order;product;quantity;release;due;weight",
        '"A ""1""";shaft-30;12;2026-01-05T08:00;1 d;2.5',
        "B;shaft-60;1;;;",
        "",
    ]
    found = orders(tmp_path, end.join(rows).replace(";", separator), encoding)
    assert found == (
        Order(id='A "1"', product="shaft-30", quantity=12, release=2 * HOUR, due=24 * HOUR, weight=2.5),
        Order(id="B", product="shaft-60"),
    )


def test_columns_may_come_in_any_order_and_be_left_out(tmp_path):
    assert orders(tmp_path, "Product, ORDER \nshaft-30, A\n\n") == (Order(id="A", product="shaft-30"),)


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", 0, "the file is empty; wanted a line with order, product"),
        ("order;quantity\nA;1\n", 1, "the column 'product' is missing"),
        ("order;product;qty\n", 1, "no column 'qty'"),
        ("order;product;order\n", 1, "the column 'order' is there twice"),
        (HEAD + "A;shaft-31;1;;;\n", 2, "product: no product 'shaft-31'; did you mean 'shaft-30'?"),
        (HEAD + ";shaft-30;1;;;\n", 2, "order: '' is no name"),
        (HEAD + "A;shaft-30;0;;;\n", 2, "quantity: '0' is no whole number of at least 1"),
        (HEAD + "A;shaft-30;1.5;;;\n", 2, "quantity: '1.5'"),
        (HEAD + "A;shaft-30;1;;;nan\n", 2, "weight: 'nan'"),
        (HEAD + "A;shaft-30;1;;;-1\n", 2, "weight: '-1'"),
        (HEAD + "A;shaft-30;1;01.02.2026;;\n", 2, "release: '01.02.2026'"),
        (HEAD + "A;shaft-30;1;2025-01-01;;\n", 2, "must not lie before the epoch"),
        (HEAD + "A;shaft-30;1;;30;\n", 2, "due: '30' has no unit"),
        (HEAD + "A;shaft-30;1;;\n", 2, "1 cells too few"),
        (HEAD + "A;shaft-30;1;;;;;\n", 2, "2 cells too many"),
        (HEAD + "A;shaft-30;1;;;\nA;shaft-60;1;;;\n", 3, "there is an order 'A' already"),
        (HEAD + 'A;"shaft-30;1;;;\n', 2, "not CSV"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_nothing_is_read(tmp_path, content, line, said):
    with pytest.raises(InvalidPlant) as caught:
        orders(tmp_path, content)
    assert str(caught.value).startswith(
        f"{tmp_path / 'orders.csv'}:{line}: " if line else f"{tmp_path / 'orders.csv'}: "
    )
    assert said in str(caught.value)


def test_all_bad_rows_are_told_up_to_ten(tmp_path):
    rows = "".join(f"A{n};nothing;1;;;\n" if n % 2 else f"A{n};shaft-30;1;;;\n" for n in range(30))
    with pytest.raises(InvalidPlant) as caught:
        orders(tmp_path, HEAD + rows)
    told = str(caught.value).splitlines()
    assert [row.split(":")[1] for row in told[:3]] == ["3", "5", "7"]
    assert told[-1] == "... and 5 more"


def test_a_binary_file_is_no_order_book(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(bytes(range(256)) * 1000)
    with pytest.raises(InvalidPlant, match=r"orders\.csv:\d+: "):
        read.orders(path, SHOP)
