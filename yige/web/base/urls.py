"""Addresses of the ground floor's pages."""

from django.urls import path

from yige.web.base import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:job>", views.job, name="job"),
    path("jobs/<uuid:job>/piece", views.job_piece, name="job_piece"),
    path("jobs/<uuid:job>/cancel", views.cancel_job, name="cancel_job"),
    path("settings/", views.settings, name="settings"),
]
