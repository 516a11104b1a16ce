"""Addresses of the API, below `/api/`."""

from django.urls import path

from yige.api.v1 import build

urlpatterns = [path("v1/", build().urls)]
