"""Addresses of the pages on cases."""

from django.urls import path

from yige.web.cases import desk, found, late, outdoors, report, track

app_name = "cases"

urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/near", report.near, name="near"),
    path("report/echo/<uuid:case>", report.echo, name="echo"),
    path("track/", track.track, name="track"),
    path("track/<slug:verb>", track.act, name="track_act"),
    path("matters/", report.matters, name="matters"),
    path("today/", outdoors.today, name="today"),
    path("mine/", outdoors.mine, name="mine"),
    path("cases/", desk.desk, name="desk"),
    path("cases/counts", desk.counts, name="counts"),
    path("cases/new", report.new, name="new"),
    path("cases/late/", late.late, name="late"),
    path("cases/late/<uuid:deferral>/take", late.take, name="take_over"),
    path("cases/late/<uuid:deferral>/drop", late.drop, name="drop"),
    path("cases/<uuid:case>", desk.case, name="case"),
    path("cases/<uuid:case>/contact", desk.contact, name="contact"),
    path("cases/<uuid:case>/photos/<uuid:file>", desk.photo, name="photo"),
    path("cases/<uuid:case>/<slug:verb>", desk.act, name="act"),
    path("search/", found.search, name="search"),
]
