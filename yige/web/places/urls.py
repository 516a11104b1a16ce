"""Addresses that name places."""

from django.urls import path

from yige.web.places import views

app_name = "places"

urlpatterns = [
    path("places/name", views.name, name="name"),
    path("places/search", views.search, name="search"),
]
