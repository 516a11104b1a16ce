"""The tree of categories and its limits."""

import pytest

from tests.cases.offices import Offices, do
from yige.base import snapshot
from yige.base.access import SYSTEM
from yige.cases import categories, queries
from yige.cases.categories import SHIPPED
from yige.cases.errors import CategoriesWrong, NoSuchCategory
from yige.cases.limits import Limit, Unit
from yige.cases.models import Category

TABLE = SHIPPED.read_text("utf-8")
HEADER = TABLE.splitlines()[0]


def test_a_hundred_leaves_in_twelve_groups_are_shipped(offices: Offices) -> None:
    tree = queries.tree()

    assert len(tree) == 12
    assert sum(len(group.leaves) for group in tree) == 100


def test_flags_and_limits_are_read(offices: Offices) -> None:
    held = snapshot.take()
    stairs, violence, lift = (categories.leaf(c, held) for c in ("0502", "0708", "0507"))

    assert stairs.respond_within == Limit(4, Unit.WORKING_HOURS)
    assert violence.is_restricted
    assert violence.is_emergency
    assert lift.finish_within == Limit(1, Unit.DAYS)


def test_loading_again_changes_nothing_and_keeps_what_the_city_changed(offices: Offices) -> None:
    text = TABLE.replace("0502,05,楼道堆物", "0502,05,楼道杂物")
    do("cases.load_categories", {"text": text}, by=SYSTEM)

    again = do("cases.load_categories", {}, by=SYSTEM)

    assert again.result["changed"] == 0
    assert Category.objects.get(code="0502").name_zh == "楼道杂物"


def test_a_category_that_a_table_leaves_out_is_ended_and_takes_no_new_case(
    offices: Offices,
) -> None:
    text = "\n".join(line for line in TABLE.splitlines() if not line.startswith("0502"))

    do("cases.load_categories", {"text": text}, by=SYSTEM)

    with pytest.raises(NoSuchCategory):
        categories.leaf("0502", snapshot.take())
    assert Category.objects.filter(code="0502").exclude(ended_at=None).exists()


def test_a_group_is_no_category_for_a_case(offices: Offices) -> None:
    with pytest.raises(NoSuchCategory):
        categories.leaf("05", snapshot.take())


def test_matters_for_departments_are_told_from_those_of_the_grassroots(offices: Offices) -> None:
    held = snapshot.take()

    assert categories.goes_down(categories.leaf("0502", held), held)
    assert not categories.goes_down(categories.leaf("0303", held), held)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("code,zh\n01,甲", "column en is missing"),
        (HEADER, "the table is empty"),
        (f"{HEADER}\nx1,,甲,A,,,,,", "row 2: code 'x1' is not 2 or 4 digits"),
        (f"{HEADER}\n0101,02,甲,A,,,,,", "row 2: parent '02' of 0101 is not a group"),
        (f"{HEADER}\n01,,甲,A,,,,,\n01,,乙,B,,,,,", "code 01 stands more than once"),
        (f"{HEADER}\n01,,甲,,,,,,", "01 needs a name in both languages"),
        (f"{HEADER}\n01,,甲,A,,,,,\n0101,01,乙,B,2x,,,,", "respond_within '2x' is not like"),
        (f"{HEADER}\n01,,甲,A,,,,Z,", "unknown flags Z"),
    ],
)
def test_a_fault_of_the_table_is_named_with_its_row(
    offices: Offices, text: str, fault: str
) -> None:
    with pytest.raises(CategoriesWrong) as refusal:
        do("cases.load_categories", {"text": text}, by=SYSTEM)

    assert any(fault in said for said in refusal.value.facts["faults"])  # type: ignore[attr-defined]
