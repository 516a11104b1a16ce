import polib
import pytest

from tools.messages import PACKAGE, fault_of, room_of
from tools.wording import Message, WordingError, in_python, in_template, placeholders

IMPORT = "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"


def texts(found: object) -> list[tuple[str | None, str, str | None]]:
    return [(each.context, each.text, each.plural) for each in found]


def test_texts_are_found_under_the_name_they_were_imported_by() -> None:
    source = (
        IMPORT + '_("Grid")\nngettext("%(n)s unit", "%(n)s units", 2)\npgettext("post", "Head")'
    )

    assert texts(in_python(source, "cases.py")) == [
        (None, "Grid", None),
        (None, "%(n)s unit", "%(n)s units"),
        ("post", "Head", None),
    ]


def test_a_function_of_the_same_name_from_elsewhere_is_left_alone() -> None:
    assert not texts(in_python('from yige.kernel import _\n_("Grid")', "cases.py"))


def test_a_text_put_together_at_run_time_is_refused() -> None:
    with pytest.raises(WordingError, match=r"cases\.py:2"):
        list(in_python(IMPORT + '_(f"Grid {name}")', "cases.py"))


def test_texts_of_a_template_are_found_as_django_looks_them_up() -> None:
    template = """{% translate "100% done" %} {% trans 'It\\'s' context "tea" as x %}
    {{ _("Send")|upper }} {% include "x" with title=_("Back") %}
    {% blocktranslate trimmed count n=units %}
       {{ n }} unit
       of 5%
    {% plural %}{{ n }} units{% endblocktranslate %}"""

    assert texts(in_template(template, "desk.html")) == [
        (None, "100%% done", None),
        ("tea", "It's", None),
        (None, "Send", None),
        (None, "Back", None),
        (None, "%(n)s unit of 5%%", "%(n)s units"),
    ]


def test_a_template_text_leads_to_its_line() -> None:
    assert next(in_template('\n\n{% translate "Grid" %}', "desk.html")).where == "desk.html:3"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("%(grid)s of {town}", {"grid", "town"}),
        ("%d of %s", {"%d", "%s"}),
        ("{{ not }} one", set()),
    ],
)
def test_what_is_filled_in_is_known_by_name(text: str, names: set[str]) -> None:
    assert placeholders(text) == names


def test_a_translation_must_fill_in_the_same_names() -> None:
    entry = polib.POEntry(msgid="Case %(number)s", msgstr="案件 %(nummer)s")

    assert "placeholders" in fault_of(entry)


def test_fuzzy_and_empty_translations_are_faults_and_a_sound_one_is_none() -> None:
    fuzzy = polib.POEntry(msgid="Grid", msgstr="网格", flags=["fuzzy"])
    empty = polib.POEntry(msgid="Grid", msgid_plural="Grids", msgstr_plural={0: ""})
    sound = polib.POEntry(msgid="Grid", msgid_plural="Grids", msgstr_plural={0: "网格"})

    assert [bool(fault_of(each)) for each in (fuzzy, empty, sound)] == [True, True, False]


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("cases/intake.py", "cases"),
        ("web/cases/templates/cases/desk.html", "cases"),
        ("api/cases.py", "cases"),
        ("web/templates/base.html", "web"),
        ("web/shell/views.py", "web"),
        ("edge/sentences.py", "edge"),
    ],
)
def test_pages_share_the_catalogue_of_their_room(path: str, room: str) -> None:
    assert room_of(PACKAGE / path) == room


def test_two_texts_differ_by_context() -> None:
    assert Message("Head", "a", context="post").key != Message("Head", "a").key
