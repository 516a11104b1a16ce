import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cases.offices import Offices
from tests.city import CODE, WENCHANG
from tests.nets.old_nets import bring, columns_of, held_by, propose, row, signed, transfers
from tests.territory.planning import adopt, drafted, halves
from yige.base.access import Role
from yige.base.models import Account
from yige.base.tables.read import read_table
from yige.channels.models import Notice
from yige.kernel import clock
from yige.nets.models import LegacyDuty, LegacyNet
from yige.territory.previews import preview

pytestmark = pytest.mark.django_db

RIGHT = "网格编号,职责,责任人,小区\nA,调解,甲,书香苑\n"
WRONG = f"{RIGHT}B,普法,乙,书香院\n"


@pytest.fixture
def sit(offices: Offices) -> Any:
    """Sign somebody of the offices in."""
    offices.seat("planner", Role.PLANNER, CODE)
    Account.objects.update(password_changed_at=clock.now())

    def start(name: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(id=offices[name].account))
        return client

    return start


def form(content: str, **more: str) -> dict[str, Any]:
    file = SimpleUploadedFile("旧网.csv", content.encode())
    return {"name": "司法网", "kind": "justice", "area": CODE, "file": file} | more


def test_a_planner_brings_a_net_in_and_proposes_and_retires(offices: Offices, sit: Any) -> None:
    client = sit("planner")

    answer = client.post(reverse("nets:new_net"), form(RIGHT), follow=True)
    net = LegacyNet.objects.get()
    assert "旧网已导入" in answer.content.decode()
    answer = client.post(reverse("nets:propose", args=[net.id]), {"role": "grid_worker"},
                         follow=True)  # fmt: skip
    assert "已拟定 1 项移交" in answer.content.decode()
    assert "撤销此网" not in answer.content.decode()
    duty = LegacyDuty.objects.get()
    client.post(reverse("nets:act", args=[duty.id, "end"]), {"reason": "并入热线"})
    answer = client.get(reverse("nets:net", args=[net.id]))
    assert "撤销此网" in answer.content.decode()
    answer = client.post(reverse("nets:retire", args=[net.id]), follow=True)

    assert "已撤网" in answer.content.decode()
    assert LegacyNet.objects.get().state == LegacyNet.RETIRED


def test_wrong_rows_are_shown_and_may_be_left_out(sit: Any) -> None:
    client = sit("planner")

    answer = client.post(reverse("nets:new_net"), form(WRONG))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "书香院" in page
    assert "本片区没有这个名称或编码" in page
    assert "相近的有：书香苑" in page
    assert not LegacyNet.objects.exists()
    again = form("", without_listed="on") | {"file": [answer.context["file"], ""]}
    assert client.post(reverse("nets:new_net"), again).status_code == 302
    assert LegacyDuty.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "文件"), ("a,b\n1,2\n", "缺少这些列"), ("\x00\x01\x02" * 99, "文件")],
)
def test_a_file_that_is_no_net_is_refused_with_words(sit: Any, content: str, said: str) -> None:
    answer = sit("planner").post(reverse("nets:new_net"), form(content))

    assert answer.status_code in (400, 422)
    assert said in answer.content.decode()


def test_a_net_that_is_open_is_not_retired_and_the_page_says_what_is_open(
    offices: Offices, sit: Any
) -> None:
    net = bring([row("A", "调解", "甲", 网格名称="书香格", 小区="书香苑")])

    answer = sit("planner").post(reverse("nets:retire", args=[net.id]))

    assert answer.status_code == 409
    assert "书香格 调解" in answer.content.decode()


def test_both_sides_sign_on_their_own_page_which_the_notice_leads_to(
    offices: Offices, sit: Any
) -> None:
    net = bring([row("A", "调解", "老调解员", 小区="书香苑", 值班电话="12345")])
    held_by(net, offices["official"].person)
    propose(net)

    for name, verb in (("official", "give"), ("neighbour", "take")):
        client = sit(name)
        notice = Notice.objects.get(account=offices[name].account)
        inbox = client.get("/inbox/").content.decode()
        assert "司法网" in inbox
        address = reverse("nets:signing_of", args=[notice.subject])
        assert address in inbox
        assert "调解" in client.get(address).content.decode()
        ticked = [str(each.id) for each in transfers(net)]
        client.post(reverse("nets:sign", args=[verb]), {"transfers": ticked})
        page = client.get(reverse("nets:signing")).content.decode()
        assert "没有等待您签字的移交" in page

    assert len(transfers(net, "done")) == 1


def test_a_station_finds_and_decides_only_what_cannot_be_signed(
    offices: Offices, sit: Any
) -> None:
    rows = [row("A", "调解", "甲", 小区="书香苑"), row("B", "普法", "乙", 小区="文昌花园")]
    net = bring(rows)
    LegacyDuty.objects.filter(name="普法").update(person=offices["official"].person)
    propose(net)
    client = sit("station")

    page = client.get(reverse("nets:signing"))
    assert [each.duty_name for each in page.context["decide"]] == ["调解"]
    ids = [str(each.id) for each in page.context["decide"]]
    refused = client.post(reverse("nets:sign", args=["decide"]), {"transfers": ids})
    client.post(reverse("nets:sign", args=["decide"]), {"transfers": ids, "reason": "已退休"})

    assert refused.status_code == 422
    (given,) = [each for each in transfers(net) if each.given_at]
    assert given.duty.name == "调解"


def test_the_page_of_a_duty_tells_who_had_it_and_every_signature(
    offices: Offices, sit: Any
) -> None:
    net = bring([row("A", "调解", "老调解员", 社区="文昌社区", 值班电话="0535-2211001")],
                organisation="lamps")  # fmt: skip
    propose(net)
    signed("decide", offices["lamps"], transfers(net)[:1], reason="已退休")
    duty = LegacyDuty.objects.get()

    pages = {name: sit(name).get(reverse("nets:duty", args=[duty.id]))
             for name in ("planner", "worker", "station", "lamps", "intake")}  # fmt: skip

    for name in ("planner", "worker", "station", "lamps"):
        page = pages[name].content.decode()
        assert "0535-2211001" in page
        assert "已退休" in page
    assert pages["intake"].status_code == 404
    assert "我已接手" in pages["worker"].content.decode()
    assert "拟定此岗位" in pages["planner"].content.decode()
    assert "决定终止" in pages["lamps"].content.decode()
    assert "决定终止" not in pages["worker"].content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_crosswalk_goes_out_as_a_file_whose_shares_add_up(
    offices: Offices, sit: Any, tmp_path: Any, kind: str
) -> None:
    net = bring(
        [row("A", "调解", 范围=columns_of(WENCHANG, 1, 5)), row("B", "普法", 社区="东关社区")]
    )
    client = sit("planner")

    answer = client.get(reverse("nets:crosswalk_file", args=[net.id, kind]))

    path = tmp_path / f"x.{kind}"
    path.write_bytes(answer.content)
    table = read_table(path)
    assert table.columns[:4] == ["原网格编号", "原网格", "网格代码", "网格"]
    for cell in ("A", "B"):
        mine = [row for row in table.rows if row[0] == cell]
        assert sum(float(row[6]) for row in mine) == pytest.approx(1)
    assert client.get(reverse("nets:crosswalk_file", args=[net.id, "pdf"])).status_code == 404
    page = client.get(reverse("nets:crosswalk", args=[net.id])).content.decode()
    assert "50.0%" in page


def test_the_page_of_all_nets_shows_the_worst_first_and_leaves_superseded_ones_out(
    offices: Offices, sit: Any
) -> None:
    bring([row("A", "调解", 小区="书香苑")], name="民政网", kind="civil_affairs")
    bring([row("A", "调解", 小区="书香苑")])
    bring([row("A", "调解；普法", 小区="书香苑")])

    page = sit("planner").get(reverse("nets:nets"))

    assert [row.name for row in page.context["rows"]] == ["司法网", "民政网"]
    assert page.context["total"].duties == 3


def test_gaps_clashes_and_doubled_cells_are_named(offices: Offices, sit: Any) -> None:
    net = bring([
        row("A", "调解", "甲", 范围=columns_of(WENCHANG, 0, 2)),
        row("B", "调 解", "乙", 范围=columns_of(WENCHANG, 1, 5)),
    ])  # fmt: skip

    page = sit("planner").get(reverse("nets:net", args=[net.id]))

    (clash,) = page.context["clashes"]
    assert clash.holders == (("乙", 160), ("甲", 160))
    (doubled,) = page.context["doubled"]
    assert (doubled.name, doubled.households) == ("文昌01网格", 80)
    gaps = {gap.name: gap.households for gap in page.context["gaps"]}
    assert gaps["文昌02网格"] == 80
    assert sum(gaps.values()) == page.context["gap_households"] == 80 + 4 * 240


def test_the_preview_of_an_adoption_counts_the_duties_that_come_to_lie_elsewhere(
    offices: Offices,
) -> None:
    bring([row("A", "调解", 小区="书香苑"), row("B", "普法", 社区="东关社区")])
    same, other = drafted(halves()), drafted(halves(split="rows"))

    assert "nets" not in preview(same, at=clock.now()).rooms
    assert preview(other, at=clock.now()).rooms["nets"] == {"duty_of_old_nets": 2}


def test_the_page_follows_a_new_division(offices: Offices, sit: Any) -> None:
    net = bring([row("A", "调解", "甲", 小区="书香苑")])
    client = sit("planner")
    before = client.get(reverse("nets:crosswalk", args=[net.id])).context["rows"]

    adopt(drafted(halves(split="rows")))

    after = client.get(reverse("nets:crosswalk", args=[net.id])).context["rows"]
    assert [r.share_of_cell for r in before] == [1]
    assert [r.share_of_cell for r in after] == [0.5, 0.5]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_handed_out(sit: Any, kind: str) -> None:
    answer = sit("planner").get(reverse("nets:template", args=[kind]))

    assert answer.status_code == 200
    if kind == "csv":
        (heading,) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert heading[0] == "旧网格编号"
    assert sit("planner").get("/nets/template.exe").status_code == 404
