"""Addresses of the inbox."""

from django.urls import path

from yige.web.channels import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read", views.mark_read, name="mark_read"),
]
