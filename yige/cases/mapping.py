"""What a mapping file says of a table of another city's cases."""

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from yige.cases.errors import MappingWrong
from yige.territory.made_areas import MadeCity

End = Literal["settle", "decline", "void"]
Rule = Literal["keep", "leave_out"]
Leaf = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise PydanticCustomError(
            "time_zone", "no such time zone: {name}", {"name": name}
        ) from None
    return name


class Columns(_Part):
    """The names of the columns; `text` may be several, whose values are joined."""

    id: str
    opened: str
    closed: str = ""
    due: str = ""
    status: str = ""
    ending: str = ""
    category: str = ""
    text: tuple[str, ...] = ()
    source: str = ""
    address: tuple[str, ...] = ()
    lon: str = ""
    lat: str = ""


class Words(_Part):
    """How the values of a column are read, and what stands for all the others."""

    map: Mapping[str, str] = Field(default_factory=dict)
    fallback: str


class Endings(_Part):
    """How a closed case ended here, by the value that the source gives for its end."""

    map: Mapping[str, End] = Field(default_factory=dict)
    fallback: End = "settle"


class Categories(_Part):
    """The category for each value; the fallback for the others, which are counted."""

    map: Mapping[str, Leaf] = Field(default_factory=dict)
    fallback: Leaf = "1299"


class Dirt(_Part):
    """What is done with rows that cannot be right. Each is counted and listed either way."""

    closed_before_opened: Rule = "keep"
    closed_without_time: Rule = "keep"
    no_text: Rule = "keep"
    default_points: tuple[tuple[float, float], ...] = ()


class CaseMapping(_Part):
    """The whole mapping."""

    name: str
    time_zone: Annotated[str, AfterValidator(_zone)]
    time_format: str = "%Y-%m-%d %H:%M:%S"
    datum: str
    columns: Columns
    closed_when: tuple[str, ...] = ("closed",)
    categories: Categories = Categories()
    sources: Words = Words(fallback="import")
    endings: Endings = Endings()
    make_city: MadeCity | None = None
    dirt: Dirt = Dirt()


def read_mapping(text: str) -> CaseMapping:
    """Read a mapping file, or raise MappingWrong with every fault and where it is."""
    try:
        return CaseMapping.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise MappingWrong(faults=[str(error)[:500]]) from None
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        said = [f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults]
        raise MappingWrong(faults=said) from None
