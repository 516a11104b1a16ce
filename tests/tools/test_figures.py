from benchmarks.figures import Figure, table


def test_figures_stand_in_columns() -> None:
    figures = [Figure("locate", "1.2 M/s", "0.1 M/s", 12.0, "≥ 10"), Figure("x", "1", "2", 0.5)]

    lines = table(figures).splitlines()

    assert lines[2] == "| locate | 1.2 M/s  | 0.1 M/s   | 12    | ≥ 10 |"
    assert len({len(line) for line in lines}) == 1
