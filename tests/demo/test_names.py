import numpy as np

from yige.demo.names import SURNAMES, Names


def test_thousands_of_people_have_thousands_of_names() -> None:
    names = Names(np.random.default_rng(4))

    given = [names.take() for _ in range(9_000)]

    assert len(set(given)) == 9_000
    assert all(len(name) == 3 and name[0] in SURNAMES for name in given)


def test_the_same_seed_names_the_same_people() -> None:
    first, second = (Names(np.random.default_rng(4)) for _ in range(2))

    assert [first.take() for _ in range(50)] == [second.take() for _ in range(50)]


def test_a_name_returns_when_all_have_been_given() -> None:
    names = Names(np.random.default_rng(4))
    everybody = [names.take() for _ in range(len(names))]

    assert names.take() == everybody[0]
