from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "yige.insight"
    label = "insight"
