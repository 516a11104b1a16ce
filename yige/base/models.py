"""The tables of the ground floor."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from yige.base.fields import AreaCodeField, IdField, UnitCodeField


class Accounts(BaseUserManager["Account"]):
    """Where Django's log-in looks up an account."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Somebody's key to the house. What it opens is said by the posts its person holds."""

    id = IdField()
    username = models.CharField(_("User name"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    email = models.EmailField(_("E-mail"), blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=8, default="zh-hans")
    is_large_print = models.BooleanField(default=False)
    has_keys = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False
    is_superuser = False

    objects = Accounts()

    def __str__(self) -> str:
        return self.name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Rights come from posts, never from Django's permissions."""
        return False


class Token(models.Model):
    """A key for a program (a hotline gateway, a department's system), acting from one post."""

    id = IdField()
    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    post_id = models.UUIDField()
    label = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Entry(models.Model):
    """One command's line in the journal, append-only, at its place in the sealed chain."""

    DONE, DEFERRED = "done", "deferred"

    id = IdField()
    position = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    post = models.UUIDField(null=True)
    role = models.CharField(max_length=20)
    area_code = models.CharField(max_length=15, default="")
    command = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60, default="")
    outcome = models.CharField(max_length=10, default=DONE)
    result = models.TextField(default="")
    body = models.BinaryField(null=True)
    body_digest = models.CharField(max_length=64)
    body_gone_by = models.CharField(max_length=60, default="")
    events_digest = models.CharField(max_length=64, default="")
    seal = models.CharField(max_length=64, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "position"], name="entry_account"),
            models.Index(fields=["command", "position"], name="entry_command"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.command}"


class Event(models.Model):
    """A fact that an entry tells. Folds and listeners read these."""

    position = models.BigIntegerField()
    n = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    unit_code = UnitCodeField()
    area_code = models.CharField(max_length=15, default="", blank=True)
    facts = models.TextField(default="{}")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["position", "n"], name="event_place")
        ]
        indexes: ClassVar = [models.Index(fields=["subject", "position"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.position}.{self.n} {self.kind}"


class Head(models.Model):
    """The last position and seal of the journal: one row, locked last in each command."""

    position = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.position}"


class Cursor(models.Model):
    """How far a listener has heard the journal."""

    listener = models.CharField(primary_key=True, max_length=60)
    position = models.BigIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.listener} {self.position}"


class InArea(models.Model):
    """A row that lies in an area and moves with it.

    A room that inherits this says which rows are *open* (`open_rows`); the day boundaries move,
    adoption re-derives `area_code` of those in its own transaction. `unit_code` is what the place
    is known by for ever; `area_code` is derived from it.
    """

    unit_code = UnitCodeField(db_index=True)
    area_code = AreaCodeField()

    class Meta:
        abstract = True

    @classmethod
    def open_rows(cls) -> models.QuerySet[Any]:
        """Return the rows that a new division concerns: all, unless a room says less."""
        return cls._default_manager.all()


class Versioned(models.Model):
    """A row whose values are replaced: a writer says what the change is based on."""

    version = models.PositiveIntegerField(default=1)
    changed_by = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Deferral(InArea):
    """A command that was right when it was made and came too late for its author."""

    WAITING, TAKEN, DROPPED = "waiting", "taken", "dropped"

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT)
    command = models.CharField(max_length=60)
    account = models.UUIDField(null=True)
    author = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=WAITING)
    closed_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["area_code"],
                condition=models.Q(state="waiting"),
                name="deferral_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.state}"

    @classmethod
    def open_rows(cls) -> models.QuerySet["Deferral"]:
        return cls._default_manager.filter(state=cls.WAITING)


class Job(models.Model):
    """Work that a worker does later, enqueued in the transaction that wants it."""

    WAITING, RUNNING, DONE, FAILED, CANCELLED, DEAD = (
        "waiting",
        "running",
        "done",
        "failed",
        "cancelled",
        "dead",
    )
    OPEN = (WAITING, RUNNING)

    id = IdField()
    kind = models.CharField(max_length=60)
    arguments = models.TextField(default="{}")
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - unique when said
    account = models.UUIDField(null=True)
    area_code = models.CharField(max_length=15, default="", blank=True)
    state = models.CharField(max_length=10, default=WAITING)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=120, default="", blank=True)
    done = models.FloatField(default=0.0)
    is_cancel_asked = models.BooleanField(default=False)
    result = models.TextField(default="", blank=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=("waiting", "running")),
                name="job_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Cron(models.Model):
    """A job kind that is due by the clock (crontab notation, in the city's time)."""

    kind = models.CharField(primary_key=True, max_length=60)
    schedule = models.CharField(max_length=60)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.schedule} {self.kind}"


class Setting(models.Model):
    """A value of the city that its administrators may change, with the source of its default."""

    name = models.CharField(primary_key=True, max_length=60)
    value = models.TextField()
    source = models.CharField(max_length=200, default="", blank=True)
    changed_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from Monday-to-Friday: a public holiday or a make-up workday (调休)."""

    HOLIDAY, WORKDAY = "holiday", "workday"

    day = models.DateField(primary_key=True)
    kind = models.CharField(
        max_length=10, choices=[(HOLIDAY, _("holiday")), (WORKDAY, _("workday"))]
    )
    name = models.CharField(max_length=60, default="", blank=True)
    source = models.CharField(max_length=200, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class StoredFile(models.Model):
    """A file declared by its digest; its bytes lie in `<home>/files` and may come later."""

    id = IdField()
    digest = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    account = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Knock(models.Model):
    """How often a caller has knocked at a public door until a window of time ends."""

    caller = models.CharField(primary_key=True, max_length=64)
    times = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.times}"
