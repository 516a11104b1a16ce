"""Addresses of household maps, door lists, prints, and of the page behind a card's code."""

from django.urls import path

from yige.web.homes import buildings, doors, onduty, prints

app_name = "homes"

urlpatterns = [
    path("homes/", buildings.buildings, name="buildings"),
    path("homes/make", buildings.make, name="make_doors"),
    path("homes/units/<str:unit>", buildings.building, name="building"),
    path("homes/import", doors.import_doors, name="import_doors"),
    path("homes/import/<uuid:file>", doors.imported, name="imported"),
    path("homes/template.<str:kind>", doors.template, name="door_template"),
    path("homes/prints/", prints.prints, name="prints"),
    path("homes/prints/<uuid:run>", prints.run, name="run"),
    path("homes/prints/<uuid:run>/piece", prints.piece, name="run_piece"),
    path("homes/prints/<uuid:run>/file", prints.file, name="print_file"),
    path("homes/cards/", prints.cards, name="cards"),
    path("homes/cards/<uuid:card>/revoke", prints.revoke, name="revoke_card"),
    path("k/<str:token>", onduty.page, name="on_duty"),
]
