from django.apps import AppConfig


class HomesConfig(AppConfig):
    name = "yige.homes"
    label = "homes"
