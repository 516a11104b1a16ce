"""Addresses of campaigns and of sheets."""

from django.urls import path

from yige.web.surveying import campaigns, desk, files, sheets

app_name = "surveying"

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<uuid:campaign>", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:campaign>/map", campaigns.on_the_map, name="map"),
    path("campaigns/<uuid:campaign>/freeze", campaigns.freeze, name="freeze"),
    path("campaigns/<uuid:campaign>/compare", campaigns.compared, name="compare"),
    path("campaigns/<uuid:campaign>/compare.<str:kind>", campaigns.compared_file,
         name="compare_file"),
    path("campaigns/<uuid:campaign>/sheets", desk.sheets, name="sheets"),
    path("campaigns/<uuid:campaign>/check", desk.check_many, name="check_many"),
    path("campaigns/<uuid:campaign>/groups", desk.groups, name="groups"),
    path("campaigns/<uuid:campaign>/by-grid", desk.by_grid, name="by_grid"),
    path("campaigns/<uuid:campaign>/print", desk.printed, name="print"),
    path("campaigns/<uuid:campaign>/files", files.files, name="files"),
    path("campaigns/<uuid:campaign>/blank-<str:what>.<str:kind>", files.blank, name="blank"),
    path("campaigns/files/<uuid:upload>", files.file, name="file"),
    path("campaigns/files/<uuid:upload>/accept", files.accept, name="accept_file"),
    path("campaigns/files/<uuid:upload>/drop", files.drop, name="drop_file"),
    path("sheets/", sheets.mine, name="mine"),
    path("sheets/<uuid:sheet>", sheets.sheet, name="sheet"),
    path("sheets/<uuid:sheet>/begin", sheets.begin, name="begin"),
    path("sheets/<uuid:sheet>/check", sheets.check, name="check"),
    path("sheets/<uuid:sheet>/return", sheets.send_back, name="send_back"),
]  # fmt: skip
