from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "yige.channels"
    label = "channels"
