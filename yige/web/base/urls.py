"""Addresses of the ground floor's pages."""

from django.urls import path

from yige.web.base import account, audit, tokens, views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:job>", views.job, name="job"),
    path("jobs/<uuid:job>/piece", views.job_piece, name="job_piece"),
    path("jobs/<uuid:job>/cancel", views.cancel_job, name="cancel_job"),
    path("settings/", views.settings, name="settings"),
    path("account/", account.own, name="own_account"),
    path("account/post", account.act_from, name="act_from"),
    path("audit/", audit.entries, name="audit"),
    path("audit/<int:position>", audit.entry, name="audit_entry"),
    path("audit/health", audit.health, name="health"),
    path("audit/verify", audit.verify, name="audit_verify"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token>/revoke", tokens.revoke, name="revoke_token"),
]
