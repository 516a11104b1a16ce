"""Addresses of the frame. URL names have no prefix: `home`, `own_home`, `tiles`, `size`."""

from django.urls import path
from django.views.i18n import set_language

from yige.web.shell.home import home, more, own_home
from yige.web.shell.preferences import size
from yige.web.shell.tiles import tiles

urlpatterns = [
    path("", home, name="home"),
    path("home/", own_home, name="own_home"),
    path("more/", more, name="more"),
    path("map/<slug:name>.pmtiles", tiles, name="tiles"),
    path("preferences/size", size, name="size"),
    path("preferences/language", set_language, name="set_language"),
]
