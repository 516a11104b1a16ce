"""Addresses of the old nets and of what waits for a signature."""

from django.urls import path

from yige.web.nets import bringing, duties, views

app_name = "nets"

urlpatterns = [
    path("nets/", views.nets, name="nets"),
    path("nets/new", bringing.new_net, name="new_net"),
    path("nets/template.<str:kind>", bringing.template, name="template"),
    path("nets/signing", duties.signing, name="signing"),
    path("nets/signing/<slug:verb>", duties.sign, name="sign"),
    path("nets/duties/<uuid:duty>", duties.duty, name="duty"),
    path("nets/duties/<uuid:duty>/<slug:verb>", duties.act, name="act"),
    path("nets/<uuid:net>", views.net, name="net"),
    path("nets/<uuid:net>/signing", duties.signing_of, name="signing_of"),
    path("nets/<uuid:net>/propose", views.propose, name="propose"),
    path("nets/<uuid:net>/retire", views.retire, name="retire"),
    path("nets/<uuid:net>/crosswalk", views.crosswalk, name="crosswalk"),
    path("nets/<uuid:net>/crosswalk.<str:kind>", views.crosswalk_file, name="crosswalk_file"),
]
