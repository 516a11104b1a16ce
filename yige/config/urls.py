"""Every address of the house: log-in, the API, and the pages of the rooms."""

from django.urls import include, path

from yige.api.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("api/", include("yige.api.urls")),
    path("", include("yige.web.urls")),
]

handler500 = "yige.edge.refusals.server_error"
