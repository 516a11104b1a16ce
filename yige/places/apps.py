from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yige.places"
    label = "places"
