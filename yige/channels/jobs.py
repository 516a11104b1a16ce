"""Send what waits in the outbox."""

import logging
from datetime import timedelta
from json import loads

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from yige.base import crypto
from yige.base.jobs import Work, job
from yige.channels.letters import sentence
from yige.channels.models import Parcel
from yige.channels.notices import ADDRESS_KEY
from yige.kernel import clock
from yige.kernel.results import Facts

log = logging.getLogger(__name__)

AT_ONCE = 100
GIVE_UP_AFTER = 8


@job("channels.send", schedule="* * * * *")
def send(work: Work) -> Facts:
    """Send waiting mail; a letter that fails is tried again later and later, eight times.

    Where no mail server is set the letters wait, and `yige doctor` says so.
    """
    if not settings.EMAIL_HOST:
        return {"sent": 0}
    due = Parcel.objects.filter(state=Parcel.WAITING, next_at__lte=clock.now())
    sent = 0
    for number, parcel in enumerate(due.order_by("next_at")[:AT_ONCE]):
        work.progress(number / AT_ONCE)
        sent += _send(parcel)
    return {"sent": sent}


def _send(parcel: Parcel) -> bool:
    """Send one letter. It is marked before the next one, so a crash doubles one at most."""
    now = clock.now()
    parcel.attempts += 1
    try:
        _letter(parcel).send()
        parcel.state, parcel.sent_at, parcel.error = Parcel.SENT, now, ""
        parcel.address = b""
    except (OSError, crypto.KeyGone) as error:
        log.warning("letter %s was not sent: %s", parcel.id, error)
        parcel.error = str(error)[:500]
        parcel.next_at = now + timedelta(minutes=2**parcel.attempts)
        if parcel.attempts >= GIVE_UP_AFTER:
            parcel.state = Parcel.FAILED
    parcel.save()
    return parcel.state == Parcel.SENT


def _letter(parcel: Parcel) -> EmailMessage:
    facts = loads(parcel.facts)
    with translation.override(parcel.language):
        words = sentence(parcel.about, facts)
    link = f"\n\n{facts['link']}" if facts.get("link") else ""
    return EmailMessage(
        subject=words,
        body=words + link,
        to=[crypto.unlock(parcel.address, key=ADDRESS_KEY)],
    )
