from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "yige.territory"
    label = "territory"
