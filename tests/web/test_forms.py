"""A refused form loses nothing that was typed and says what is wrong, twice."""

from django.http import QueryDict
from django.template import engines

from yige.kernel.ids import is_id
from yige.web.shell.forms import Form


def draw(text: str, form: Form) -> str:
    template = engines["django"].from_string(text)  # type: ignore[attr-defined]
    return str(template.render({"form": form}))


def test_what_was_typed_comes_back_with_the_refusal() -> None:
    typed = QueryDict("text=路灯不亮&kind=a&kind=b&phone=12")

    form = Form.refused(typed, errors={"phone": "电话号码应为 11 位数字。"})

    assert form.is_refused
    assert form.value("text") == "路灯不亮"
    assert form.chosen("kind") == ["a", "b"]


def test_a_corrected_form_is_another_command() -> None:
    typed = QueryDict("command_id=018f0a1b-2c3d-7000-8000-000000000000")

    form = Form.refused(typed, refusal="没有提交成功。")

    assert is_id(form.command_id)
    assert form.command_id != typed["command_id"]


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    form = Form(errors={"phone": "电话号码应为 11 位数字。"})

    html = draw('{% field form "phone" "手机号" kind="tel" hint="可不填" %}', form)

    assert 'aria-describedby="form-phone-hint form-phone-error"' in html
    assert 'id="form-phone-error"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_leads_to_each_refused_field() -> None:
    form = Form(errors={"phone": "电话号码应为 11 位数字。"}, quote="R-7")

    html = draw("{% error_summary form %}", form)

    assert '<a href="#form-phone">电话号码应为 11 位数字。</a>' in html
    assert "R-7" in html


def test_a_form_without_fault_has_no_summary() -> None:
    assert draw("{% error_summary form %}", Form.fresh()).strip() == ""


def test_choices_keep_what_was_chosen() -> None:
    form = Form.fresh(kind="b")
    template = '{% field form "kind" "像是" kind="radio" choices=pairs %}'
    engine = engines["django"]

    html = engine.from_string(template).render(  # type: ignore[attr-defined]
        {"form": form, "pairs": [("a", "楼道堆物"), ("b", "消防通道堵塞")]}
    )

    assert 'value="b" checked' in html
    assert 'value="a" checked' not in html


def test_what_a_resident_types_is_never_taken_for_html() -> None:
    form = Form.fresh(text='</textarea><script>alert("x")</script>')

    html = draw('{% field form "text" "出了什么事?" kind="textarea" %}', form)

    assert "<script>" not in html
