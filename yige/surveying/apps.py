from django.apps import AppConfig


class SurveyingConfig(AppConfig):
    name = "yige.surveying"
    label = "surveying"
