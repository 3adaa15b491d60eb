"""Which records are reviewed: orders, random samples with a seed, audits that are like the whole."""

from collections import Counter
from pathlib import Path

from toolgrad_data.review_page.order import Order
from toolgrad_data.review_page.records import Item
from toolgrad_data.review_page.sampling import draw, draw_audit


def item(number: int, screened: int = 0, doubt: tuple[float, ...] | None = None, stratum: str = "") -> Item:
    return Item(str(number), {}, Path(), 0, 0, False, screened, doubt, (stratum,))


def ids(items: list[Item]) -> str:
    return "".join(each.id for each in items)


ITEMS = [item(0, 1), item(1, 3, (0.0, 0.5)), item(2, 3), item(3, 0, (1.0, 0.1)), item(4, 2, (0.0, 0.9))]


def test_orders() -> None:
    assert ids(draw(ITEMS, Order.file, None, 0)) == "01234"
    assert ids(draw(ITEMS, Order.screened, None, 0)) == "12403"
    assert ids(draw(ITEMS, Order.disagreement, None, 0)) == "34102"
    assert ids(draw(ITEMS, Order.screened, 2, 0)) == "12"


def test_a_random_sample_is_that_of_its_seed() -> None:
    items = [item(number % 10) for number in range(50)]
    assert ids(draw(items, Order.random, 10, 1)) == ids(draw(items, Order.random, 10, 1))
    assert ids(draw(items, Order.random, 10, 1)) != ids(draw(items, Order.random, 10, 2))
    # A larger sample begins with the smaller one: reviewers may go on.
    assert ids(draw(items, Order.random, 20, 1)).startswith(ids(draw(items, Order.random, 10, 1)))


def test_an_audit_has_of_each_stratum_its_share() -> None:
    items = [item(number, stratum="a" * (1 + (number % 10 > 5) + (number % 10 > 8))) for number in range(1000)]
    drawn = draw_audit(items, 50, 7)
    assert len({each.id for each in drawn}) == 50
    assert Counter(each.stratum[0] for each in drawn) == {"a": 30, "aa": 15, "aaa": 5}
    assert ids(draw_audit(items, 50, 7)) == ids(drawn)
    assert [each.stratum for each in drawn] != sorted(each.stratum for each in drawn)
    assert len(draw_audit(items[:7], 50, 7)) == 7
