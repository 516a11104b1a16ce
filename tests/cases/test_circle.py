"""The full circle: reported, accepted, handed up, dispatched, done, verified, rated, reopened."""

from tests.cases.offices import LAMP, Offices, report, step


def test_a_lamp_goes_up_to_the_city_down_to_a_unit_and_back_to_its_reporter(
    offices: Offices,
) -> None:
    case = report(offices, category=LAMP)
    case = step("accept", case, offices["worker"])
    case = step("hand_up", case, offices["worker"], text="不归网格管")
    case = step("hand_up", case, offices["station"], text="要找路灯所")
    case = step("hand_up", case, offices["intake"], text="请市里派单")
    organisation = str(offices["lamps"].organisation)
    case = step("dispatch", case, offices["platform"], organisation=organisation)
    case = step("sign", case, offices["lamps"])
    case = step("done", case, offices["lamps"], text="换了灯泡")
    case = step("verify", case, offices["platform"])

    assert (case.state, case.level) == ("to_follow_up", "city")
    assert case.handled_at is not None
