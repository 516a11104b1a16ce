"""The demo city's survey as a file, in the columns of the template."""

import json

import shapely

from yige.demo.city import City
from yige.demo.tables import AGE_BANDS


def survey_file(city: City) -> bytes:
    """Write every unit with its counts and outline as GeoJSON."""
    units = city.units
    shapes = shapely.to_geojson(units.outline)
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shape),
            "properties": _properties(city, row),
        }
        for row, shape in enumerate(shapes)
    ]
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False
    ).encode()


def _properties(city: City, row: int) -> dict[str, object]:
    units = city.units
    town, community, compound, building, stairwell = city.address(row)
    firm = int(units.firm[row])
    ages = dict(zip(AGE_BANDS, units.residents[row].tolist(), strict=True))
    return {
        "编号": units.code[row],
        "社区编码": city.communities.code[int(units.community[row])],
        "小区": compound,
        "楼栋": building,
        "单元": stairwell,
        "层数": int(units.floors[row]),
        "户数": int(units.households[row]),
        "人口": int(units.residents[row].sum()),
        "物业": city.firms[firm] if firm >= 0 else "",
        "地址": f"{town}{community}{compound}{building}{stairwell}",
        **ages,
    }
