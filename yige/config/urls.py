"""Every address of the house: log-in, the API, and the pages of the rooms."""

from django.urls import include, path
from django.views.generic import RedirectView

from yige.api.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    # An account's mail is changed by command: the log-in's own page for it stays shut.
    path("accounts/email/", RedirectView.as_view(pattern_name="own_account")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("yige.api.urls")),
    path("", include("yige.web.urls")),
]

handler500 = "yige.edge.refusals.server_error"
