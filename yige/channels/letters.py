"""The words of notices and letters, by what they are about."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

SENTENCES: Final = {
    "cases.assigned": gettext_noop("Case {number} is now with you: {category}."),
    "cases.handed_up": gettext_noop("Case {number} was handed up to you: {category}."),
    "cases.handed_down": gettext_noop("Case {number} was handed to you: {category}."),
    "cases.dispatched": gettext_noop("Case {number} waits for your unit to sign: {category}."),
    "cases.done": gettext_noop("Case {number} was handled and waits to be verified."),
    "cases.sent_back": gettext_noop("Case {number} came back to be done again."),
    "cases.reopened": gettext_noop("Case {number} was reopened: the reporter says not solved."),
    "cases.due_soon": gettext_noop("Case {number} is due soon: {due}."),
    "cases.overdue": gettext_noop("Case {number} is past its time: {due}."),
    "cases.waiting_long": gettext_noop(
        "Case {number} waits too long for its next step: {category}."
    ),
    "cases.supervised": gettext_noop("Case {number} is under supervision now."),
    "cases.noted": gettext_noop("The reporter of case {number} has added something."),
    "cases.ended": gettext_noop("Your report {number} has ended. See why on its page."),
    "cases.closed": gettext_noop("Your report {number} was closed. Please say whether it helped."),
    "cases.received": gettext_noop("Your report was received. Its number is {number}."),
    "base.command_deferred": gettext_noop("Something made for your area came late: look at it."),
    "nets.duties_wait": gettext_noop(
        "{number} duties of the old net {net} wait for your signature."
    ),
    "territory.plan_ready": gettext_noop("The plan {plan} is ready to look at."),
    "territory.plan_adopted": gettext_noop("The plan {plan} is in force now."),
    "territory.grid_opened": gettext_noop(
        "Your grid has changed: it is {name} ({code}) from now on, {households} households, "
        "made of {before}."
    ),
    "territory.net_changed": gettext_noop(
        "The grids of {name} have changed: {ended} ended, {begun} began."
    ),
    "territory.plan_consulted": gettext_noop(
        "Your area is asked about the plan {plan} until {until}. Please say what you think."
    ),
    "territory.plan_commented": gettext_noop("{name} has said something about the plan {plan}."),
    "territory.comment_answered": gettext_noop(
        "What you said about the plan {plan} was answered."
    ),
    "territory.survey_ready": gettext_noop("The survey {survey} was read; look at the result."),
}
"""What a notice says. A kind that is not listed is shown by its plain name."""


def sentence(about: str, facts: Mapping[str, Any]) -> str:
    """Say a notice in the language in force; a fact that is missing is shown as …"""
    return gettext(SENTENCES.get(about, about)).format_map(_Gaps(facts))


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
