"""The areas that a planner may choose from."""

from yige.territory import queries


def area_choices(area: str) -> list[tuple[str, str]]:
    """List an area, its towns and communities as choices, each under the one it lies in."""
    if not queries.is_area(area):
        return []
    found = [(area, queries.name_of(area))]
    for below in queries.children_of(area):
        found.append((below.code, f"　{below.name}"))
        found += [
            (each.code, f"　　{each.name}")
            for each in queries.children_of(below.code)
            if len(each.code) <= 12 and each.kind != "village"
        ]
    return [choice for choice in found if len(choice[0]) <= 12]
