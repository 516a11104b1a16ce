from datetime import date

import pytest

from tests.city import CODE, DONGGUAN, WENCHANG, YONGAN, City
from tests.homes.papers import PLANNER, days, do, listed, note, ordered, printed
from tests.territory.planning import NOON, adopt, drafted, halves
from yige.base.access import Role
from yige.base.crypto import digest
from yige.base.models import Entry, Job
from yige.homes import register
from yige.homes.affected import prints_affected
from yige.homes.cards import card_shown, token_of
from yige.homes.errors import CardMissing, EndsTooSoon, NothingToPrint
from yige.homes.models import Card, Print, Run
from yige.homes.onduty import on_duty
from yige.homes.prints import grids_of, numbers_of
from yige.homes.stale import Stale, never_printed, stale_prints
from yige.kernel.ids import new_id
from yige.people.models import Appointment, Person, Post
from yige.territory.models import Grid, Plan
from yige.territory.previews import preview

GRID, NEXT = f"{WENCHANG}001", f"{WENCHANG}002"


def seated(name: str, area: str = GRID, role: Role = Role.GRID_WORKER) -> Appointment:
    """Let somebody hold a post."""
    person = Person.objects.create(name=name)
    post = Post.objects.create(role=role, area_code=area, name=f"{name}的岗位")
    return Appointment.objects.create(person=person, post=post, held_from=NOON - days(30))


def stale(area: str = CODE, at: int = 0) -> dict[str, Stale]:
    """Name by grid the paper that is stale after some days."""
    return {each.grid_code: each for each in stale_prints(area, at=NOON + days(at))}


def test_every_grid_gets_a_numbered_card_that_ends(city: City) -> None:
    run = printed(area=CODE, expires_on=date(2027, 5, 31))

    found = list(Print.objects.order_by("number"))
    assert [each.number for each in found] == numbers_of(run) == [
        f"2026-{n:06d}" for n in range(1, 7)
    ]  # fmt: skip
    assert [each.grid_code for each in found] == grids_of(run)
    assert {each.expires_at.isoformat() for each in found} == {"2027-05-31T16:00:00+00:00"}
    assert Card.objects.count() == 6
    assert run.pages == 1


def test_numbers_go_on_and_cards_stay_the_same(city: City) -> None:
    first, second = printed(), printed(at=NOON + days(1))

    assert (first.first, second.first) == (1, 3)
    assert Card.objects.count() == 2
    assert Print.objects.values("card").distinct().count() == 2


def test_no_secret_is_kept_in_the_clear(city: City) -> None:
    printed(area=GRID)
    card = Card.objects.get()
    token = token_of(card.id)

    assert card.digest == digest(token)
    assert card_shown(token) == card
    for row in (*Card.objects.values(), *Run.objects.values(), *Print.objects.values(),
                *Job.objects.values(), *Entry.objects.values()):  # fmt: skip
        assert token not in str(row)
        assert card.grid_code not in token


def test_a_token_that_is_nearly_right_opens_nothing(city: City) -> None:
    printed(area=GRID)
    token = token_of(Card.objects.get().id)

    assert card_shown(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert card_shown(token.upper()) is None
    assert card_shown(token + "0") is None
    assert card_shown("") is None


def test_paper_is_stale_after_another_holder_and_true_again_when_printed(city: City) -> None:
    seated("程舟", GRID)
    printed()
    before = stale()

    Appointment.objects.update(held_until=NOON + days(2))
    seated("谭栖", GRID)

    assert before == {}
    assert stale(at=3)[GRID].reasons == ("changed",)
    assert NEXT not in stale(at=3)
    again = printed(at=NOON + days(3), only_stale=True)
    assert grids_of(again) == [GRID]
    assert stale(at=3) == {}


def test_paper_is_stale_after_its_day(city: City) -> None:
    printed(expires_on=date(2026, 6, 30))

    assert stale(at=28) == {}
    assert {each.reasons for each in stale(at=30).values()} == {("expired",)}


def test_paper_about_an_ended_grid_calls_for_the_grids_that_took_over(city: City) -> None:
    printed(area=CODE)
    adopt(drafted(halves(split="rows")), NOON + days(1))

    found = stale(at=2)

    assert set(found) == {f"{c}{n:03d}" for c in (WENCHANG, DONGGUAN, YONGAN) for n in (1, 2)}
    assert found[GRID].reasons == ("ended",)
    assert found[GRID].instead == (f"{WENCHANG}003", f"{WENCHANG}004")
    assert never_printed(CODE, "cards", at=NOON + days(2)) == 6
    again = printed(area=CODE, at=NOON + days(2), only_stale=True)
    assert grids_of(again) == sorted(Grid.objects.filter(valid_until=None).values_list(
        "code", flat=True))  # fmt: skip
    assert stale(at=2) == {}


def test_the_preview_of_an_adoption_says_how_many_cards_will_be_reprinted(city: City) -> None:
    printed(area=CODE, at=NOON)
    listed(CODE)
    printed("maps", WENCHANG, NOON)
    plan: Plan = drafted(halves(split="rows"))

    rooms = preview(plan, at=NOON).rooms

    assert rooms["homes"] == {"cards_to_reprint": 6, "maps_to_reprint": 2}
    assert prints_affected.__module__ == "yige.homes.affected"


def test_a_household_map_is_stale_when_its_doors_are_listed_anew(city: City) -> None:
    listed()
    printed("maps")
    do("homes.set_doors", unit=city.unit(WENCHANG, 0), numbers=["302"], state="empty")
    after_a_state = stale()

    listed(units=[city.unit(WENCHANG, 0)], floors=9, replace=True)

    assert after_a_state == {}
    assert stale()[GRID].reasons == ("changed",)
    assert list(stale()) == [GRID]


def test_household_maps_are_printed_where_doors_are_listed(city: City) -> None:
    with pytest.raises(NothingToPrint):
        ordered("maps")
    listed(GRID)

    assert grids_of(ordered("maps", CODE)) == [GRID]


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 1), date(2029, 6, 30)])
def test_paper_is_good_for_a_day_at_least_and_three_years_at_most(city: City, day: date) -> None:
    with pytest.raises(EndsTooSoon):
        ordered(expires_on=day)


def test_a_revoked_card_stays_revoked_and_the_next_print_gets_another(city: City) -> None:
    printed(area=GRID)
    card = Card.objects.get()

    do("homes.revoke_card", card=card.id)
    found = stale()
    printed(area=GRID, at=NOON + days(1))

    assert found[GRID].reasons == ("revoked",)
    assert on_duty(token_of(card.id), at=NOON + days(1)).state == "revoked"
    fresh = Card.objects.get(revoked_at=None)
    assert on_duty(token_of(fresh.id), at=NOON + days(1)).state == "good"
    assert token_of(fresh.id) != token_of(card.id)


def test_a_card_of_another_area_is_not_there(city: City) -> None:
    printed(area=GRID)
    other = PLANNER.__class__(role=Role.STATION, area=YONGAN, account=new_id())

    with pytest.raises(CardMissing):
        do("homes.revoke_card", actor=other, card=Card.objects.get().id)
    assert register.living(other) == []
    assert register.runs(other) == []


def test_the_register_tells_of_numbers_that_were_not_used(city: City) -> None:
    run = ordered()
    do("base.cancel_job", job=run.job_id)

    row = register.runs(PLANNER)[0]

    assert (row.state, row.numbers) == (Job.CANCELLED, ("2026-000001", "2026-000002"))
    assert not Print.objects.exists()


def test_noting_the_same_printing_twice_enters_it_once(city: City) -> None:
    run = printed()

    note(run)

    assert Print.objects.count() == 2


def test_a_card_names_the_holders_of_the_day_and_who_answers_for_a_vacant_post(
    city: City,
) -> None:
    seated("程舟", GRID)
    seated("站里人", WENCHANG, Role.STATION)
    seated("物业人", WENCHANG, Role.PROPERTY_MANAGER)
    seated("隔壁格", NEXT)
    printed(area=GRID)

    found = on_duty(token_of(Card.objects.get().id), at=NOON)

    said = {contact.role: contact.name for contact in found.teams[0].contacts}
    assert said == {
        Role.GRID_WORKER: "程舟", Role.POLICE: "", Role.PROPERTY_MANAGER: "物业人",
        Role.STATION: "站里人",
    }  # fmt: skip


def test_after_a_new_division_a_card_leads_to_the_grids_that_took_over(city: City) -> None:
    seated("程舟", GRID)
    printed(area=GRID)
    token = token_of(Card.objects.get().id)
    adopt(drafted(halves(split="rows")), NOON + days(1))

    found = on_duty(token, at=NOON + days(2))

    assert found.is_ended
    assert found.name == "文昌01网格"
    assert [team.name for team in found.teams] == ["文昌03网格", "文昌04网格"]


def test_a_card_that_is_over_tells_nobodys_name(city: City) -> None:
    seated("程舟", GRID)
    printed(area=GRID, expires_on=date(2026, 6, 30))
    token = token_of(Card.objects.get().id)

    over = on_duty(token, at=NOON + days(40))

    assert (over.state, over.teams) == ("expired", ())
    printed(area=GRID, at=NOON + days(40))
    assert on_duty(token, at=NOON + days(41)).state == "good"
