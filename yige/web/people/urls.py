"""Addresses of the administrators' pages on people."""

from django.urls import path

from yige.web.people import views

app_name = "people"

urlpatterns = [
    path("people/posts/", views.posts, name="posts"),
    path("people/posts/new", views.new_post, name="new_post"),
    path("people/posts/<uuid:post>", views.post, name="post"),
    path("people/posts/<uuid:post>/end", views.end_post, name="end_post"),
    path("people/appointments/<uuid:appointment>/end", views.end_appointment,
         name="end_appointment"),
    path("people/persons/", views.persons, name="persons"),
    path("people/persons/new", views.new_person, name="new_person"),
    path("people/persons/<uuid:person>", views.person, name="person"),
    path("people/persons/<uuid:person>/close", views.close_account, name="close_account"),
    path("people/persons/<uuid:person>/password", views.renew_password, name="renew_password"),
    path("people/persons/<uuid:person>/open", views.open_account, name="open_account"),
    path("people/organisations/", views.organisations, name="organisations"),
    path("people/organisations/new", views.new_organisation, name="new_organisation"),
]  # fmt: skip
