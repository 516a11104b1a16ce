"""A refusal as problem+json (RFC 9457)."""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from yige.base.commands import NotAllowed
from yige.edge.refusals import TRY_AGAIN_SECONDS, note, number_of, status_of
from yige.edge.sentences import words_of
from yige.kernel.errors import Refusal

PROBLEM: Final = "application/problem+json"


def problem_of(request: HttpRequest, refusal: Refusal, *, is_known: bool = True) -> dict[str, Any]:
    """Say a refusal for a program: code and facts to act on, sentences to show.

    `is_known` says that the caller has shown who it is: to a stranger, a door that is closed to
    strangers says 401.
    """
    note(request, refusal)
    words, status = words_of(refusal), status_of(refusal)
    if isinstance(refusal, NotAllowed) and not is_known:
        status = 401
    problem: dict[str, Any] = {
        "type": f"urn:yige:refusal:{refusal.code}",
        "title": words.sentence,
        "status": status,
        "code": refusal.code,
        "facts": {name: _plain(fact) for name, fact in refusal.facts.items() if name != "errors"},
        "number": number_of(request),
    }
    if words.advice:
        problem["detail"] = words.advice
    if "errors" in refusal.facts:
        problem["errors"] = _errors(refusal, words.fields)
    return problem


def answer_of(request: HttpRequest, refusal: Refusal, *, is_known: bool = True) -> HttpResponse:
    """Answer a whole request with a refusal."""
    problem = problem_of(request, refusal, is_known=is_known)
    status = problem["status"]
    answer = HttpResponse(json.dumps(problem), status=status, content_type=PROBLEM)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="yige"'
    if status in (429, 503):
        answer["Retry-After"] = str(refusal.facts.get("seconds", TRY_AGAIN_SECONDS))
    return answer


def _errors(refusal: Refusal, fields: Any) -> Any:
    faults: Any = refusal.facts["errors"]
    return [
        _plain(fault) | {"sentence": fields.get(fault.get("field"), "")}
        if isinstance(fault, dict)
        else _plain(fault)
        for fault in faults
    ]


def _plain(fact: Any) -> Any:
    if isinstance(fact, dict):
        return {str(name): _plain(each) for name, each in fact.items()}
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_plain(each) for each in fact]
    return fact if isinstance(fact, (str, int, float, bool)) or fact is None else str(fact)
