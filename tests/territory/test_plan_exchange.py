"""A plan goes out as a file, is edited or drawn elsewhere, and comes in again as a draft."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.city import CODE, DONGGUAN, VILLAGE, WENCHANG, City
from tests.territory.planning import NOON, PLANNER, adopt, do, drafted, halves
from yige.base import files
from yige.base.access import Actor, Role
from yige.base.commands import BodyInvalid, NotAllowed
from yige.base.models import Entry
from yige.base.tables.read import read_table
from yige.base.tables.write import write_csv, write_xlsx
from yige.kernel.ids import new_id
from yige.territory.errors import (
    KindUnknown,
    NoUnitKnown,
    PlanColumnsMissing,
    PlanEmpty,
    PlanFileOdd,
    PlanMissing,
    RangeWrong,
)
from yige.territory.models import Plan, PlanUnit, Unit
from yige.territory.plan_files import KINDS, plan_to_write, write_plan
from yige.territory.plan_reading import Assignment, read_assignment

REASONS = {1: "=公园与学校，“边界”以河为准", 4: "沿河居住区，" * 32}


def written(plan: Plan, kind: str, folder: Path) -> Path:
    """Write a plan as the planner."""
    found, how = plan_to_write(PLANNER, plan.id, kind)
    path = folder / f"plan.{how.suffix}"
    write_plan(found, how, path, at=NOON)
    return path


def read(path: Path, **columns: str) -> Assignment:
    """Read a file as one that was sent."""
    kept = files.keep([path.read_bytes()], name=path.name, kind="plan", most=10**7, at=NOON)
    return read_assignment(kept.digest, **columns)


def brought(found: Assignment, **more: Any) -> Plan:
    """Bring an assignment in as a draft of the whole city."""
    body: dict[str, Any] = {"name": "取回", "area": CODE, **found.as_body()}
    return Plan.objects.get(
        id=UUID(str(do("territory.import_plan", **(body | more)).result["id"]))
    )


def foreign(units: Sequence[str], grids: Sequence[str], **more: Any) -> Plan:
    """Bring in what another program drew."""
    body: dict[str, Any] = {
        "name": "外来",
        "area": CODE,
        "units": list(units),
        "grids": list(grids),
    }
    return Plan.objects.get(
        id=UUID(str(do("territory.import_plan", **(body | more)).result["id"]))
    )


def drawing(plan: Plan) -> tuple[Any, ...]:
    """Give everything that a plan says of its area."""
    units = dict(plan.units.values_list("unit__code", "label"))
    names = ("label", "community_code", "households", "units", "pieces", "facts", "reason")
    return plan.lower, plan.upper, units, list(plan.grids.order_by("label").values_list(*names))


def reasoned(city: City) -> Plan:
    """Draw a plan with numbers that have gaps, one unit moved, and reasons."""
    plan = drafted(halves(), lower=210, upper=390)
    do("territory.move_units", plan=plan.id, units=city.units(WENCHANG)[:6])
    for label, reason in REASONS.items():
        do("territory.set_reason", plan=plan.id, labels=[label], reason=reason)
    plan.refresh_from_db()
    return plan


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_plan_that_went_out_comes_in_again_as_it_was(
    city: City, tmp_path: Path, kind: str
) -> None:
    plan = reasoned(city)

    again = brought(read(written(plan, kind, tmp_path)), base=plan.id)

    assert drawing(again) == drawing(plan)
    assert (again.state, again.area_code) == (Plan.DRAFT, CODE)
    assert Entry.objects.filter(command="territory.import_plan").count() == 1


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_units_in_no_grid_go_out_and_stay_in_none(city: City, tmp_path: Path, kind: str) -> None:
    plan = drafted(halves())
    PlanUnit.objects.filter(plan=plan, unit__code=city.unit(WENCHANG, 0)).delete()

    path = written(plan, kind, tmp_path)
    again = brought(read(path))

    assert len(read_table(path).rows) == 72
    assert again.units.count() == 71
    assert not again.units.filter(unit__code=city.unit(WENCHANG, 0)).exists()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_plan_whose_units_were_never_drawn_goes_out_too(
    city: City, tmp_path: Path, kind: str
) -> None:
    plan = drafted(halves())
    Unit.objects.update(outline="", lon=None, lat=None)

    again = brought(read(written(plan, kind, tmp_path)))

    assert drawing(again)[2] == drawing(plan)[2]


def test_the_net_in_force_goes_out_with_its_codes(city: City, tmp_path: Path) -> None:
    plan = drafted(halves())
    adopt(plan)

    table = read_table(written(plan, "csv", tmp_path))

    assert set(table.column("grid_code")) == {grid.code for grid in plan.grids.all()} != {""}


def test_a_spreadsheet_finds_chinese_and_codes_whole(city: City, tmp_path: Path) -> None:
    plan = reasoned(city)

    raw = written(plan, "csv", tmp_path).read_bytes()
    book = read_table(written(plan, "xlsx", tmp_path))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert "公园与学校" in raw.decode("utf-8-sig")
    assert book.column("unit") == sorted(city.units(WENCHANG) + [
        code for code in book.column("unit") if code[:12] != WENCHANG
    ])  # fmt: skip
    assert not book.rounded


def test_labels_of_another_program_are_numbered_as_they_come(city: City) -> None:
    units = [city.unit(community, place) for community in (DONGGUAN, WENCHANG)
             for place in range(24)]  # fmt: skip
    grids = ["cluster-9" if n % 24 < 12 else "007" for n in range(48)]

    plan = foreign(units, grids, accept_rest=True)

    labels = dict(plan.units.values_list("unit__code", "label"))
    assert [labels[units[n]] for n in (0, 12, 24, 36)] == [1, 2, 3, 4]
    assert plan.units.count() == 48


def test_numbers_of_another_program_are_labels_like_any(city: City) -> None:
    units = sorted(halves())
    grids = [str(500 - 7 * n) for n in halves().values()]

    plan = foreign(units, grids)

    assert set(plan.units.values_list("label", flat=True)) == {1, 2, 3, 4, 5, 6}
    assert plan.units.get(unit__code=units[0]).label == 1


def test_the_ids_of_the_survey_are_known_as_well(city: City) -> None:
    for code in halves():
        Unit.objects.filter(code=code).update(source_id=f"0{code[6:]}")

    plan = foreign([f"0{code[6:]}" for code in halves()], [str(n) for n in halves().values()])

    assert plan.units.count() == 72


def test_odd_ids_are_listed_with_their_counts_and_nothing_is_done(city: City) -> None:
    units = city.units(WENCHANG)
    rows = [*units[:10], units[0], *(f"X{n:03d}" for n in range(30))]

    with pytest.raises(PlanFileOdd) as odd:
        foreign(rows, ["a"] * len(rows))

    found: Any = odd.value.facts["odd"]
    facts = {each["what"]: each for each in found}
    assert {what: each["count"] for what, each in facts.items()} == {
        "unknown": 30, "doubled": 1, "missing": 62,
    }  # fmt: skip
    assert facts["doubled"]["ids"] == [units[0]]
    assert facts["unknown"]["ids"] == [f"X{n:03d}" for n in range(20)]
    assert len(facts["missing"]["ids"]) == 20
    assert not Plan.objects.exists()


def test_the_rest_stays_in_no_grid_when_that_is_accepted(city: City) -> None:
    units = city.units(WENCHANG)

    plan = foreign([*units, units[0], "X"], ["a"] * 26, accept_rest=True)

    assert set(plan.units.values_list("unit__code", flat=True)) == set(units[1:])
    assert [(grid.label, grid.units) for grid in plan.grids.all()] == [(1, 23)]


def test_the_rest_stays_as_it_was_in_the_plan_one_began_from(city: City, tmp_path: Path) -> None:
    base = reasoned(city)
    found = read(written(base, "csv", tmp_path))
    lines = [n for n, unit in enumerate(found.units) if unit[:12] == WENCHANG][:12]
    part = Assignment(
        [found.units[n] for n in lines], ["90"] * 12, [""] * 12, is_ours=True, rounded=0
    )

    plan = brought(part, base=base.id, accept_rest=True)

    before, after = (dict(p.units.values_list("unit__code", "label")) for p in (base, plan))
    moved = set(part.units)
    assert {after[unit] for unit in moved} == {90}
    assert {u: n for u, n in after.items() if u not in moved} == {
        u: n for u, n in before.items() if u not in moved
    }
    assert plan.grids.get(label=4).reason == base.grids.get(label=4).reason != ""


def test_a_code_that_a_spreadsheet_has_rounded_is_not_taken_for_another(
    city: City, tmp_path: Path
) -> None:
    path = tmp_path / "rounded.csv"
    write_csv(path, ["单元编码", "网格"], [["3.70683E+17", "1"], [city.unit(WENCHANG, 0), "1"]])
    numbers = tmp_path / "numbers.xlsx"
    write_xlsx(numbers, ["unit", "grid"], [[float(city.unit(WENCHANG, 0)), "1"]])

    assert list(read(path).units) == ["≈3.70683E+17", city.unit(WENCHANG, 0)]
    assert (read(path).rounded, read(numbers).rounded) == (1, 1)


def test_the_columns_are_found_by_name_or_by_what_one_says(city: City, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    write_csv(path, ["楼栋单元", "片区"], [[city.unit(WENCHANG, 0), "东"]])

    with pytest.raises(PlanColumnsMissing):
        read(path)

    assert list(read(path, unit="楼栋单元", grid="片区").grids) == ["东"]


def test_what_is_of_another_city_is_refused_whatever_one_accepts(city: City) -> None:
    with pytest.raises(NoUnitKnown):
        foreign(["999999001001000001"], ["1"], accept_rest=True)


def test_a_range_upside_down_and_uneven_columns_are_refused(city: City) -> None:
    with pytest.raises(RangeWrong):
        foreign(sorted(halves()), ["1"] * 72, lower=400, upper=200)
    with pytest.raises(BodyInvalid):
        foreign(sorted(halves()), ["1"])


def test_an_empty_plan_and_an_unknown_kind_are_not_written(city: City) -> None:
    draft = UUID(
        str(do("territory.draft_plan", name="x", area=CODE, lower=1, upper=2).result["id"])
    )

    with pytest.raises(PlanEmpty):
        plan_to_write(PLANNER, draft, "csv")
    with pytest.raises(KindUnknown):
        plan_to_write(PLANNER, draft, "pdf")


def test_a_planner_elsewhere_neither_brings_in_nor_takes_out(city: City) -> None:
    plan = drafted(halves())
    elsewhere = Actor(role=Role.PLANNER, area=VILLAGE[:9], account=new_id(), name="x")

    with pytest.raises(NotAllowed):
        foreign(sorted(halves()), ["1"] * 72, actor=elsewhere)
    with pytest.raises(PlanMissing):
        plan_to_write(elsewhere, plan.id, "csv")
    with pytest.raises(PlanMissing):
        foreign(["x"], ["1"], area=VILLAGE[:9], base=plan.id, actor=elsewhere)
