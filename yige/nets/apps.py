from django.apps import AppConfig


class NetsConfig(AppConfig):
    name = "yige.nets"
    label = "nets"
