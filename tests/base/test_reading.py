from yige.base.reading import once, one_look


def test_a_page_asks_once_and_a_command_each_time() -> None:
    asked: list[str] = []

    def ask() -> int:
        asked.append("net")
        return len(asked)

    outside = [once("net", ask), once("net", ask)]
    with one_look():
        within = [once("net", ask), once("net", ask)]
        with one_look():
            deeper = once("net", ask)
        after = once("net", ask)

    assert outside == [1, 2]
    assert within == [3, 3]
    assert (deeper, after) == (4, 3)
    assert once("net", ask) == 5
