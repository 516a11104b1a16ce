from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yige.people"
    label = "people"
