"""Addresses of figures."""

from django.urls import path

from yige.web.insight import by_net

app_name = "insight"

urlpatterns = [
    path("figures/", by_net.figures, name="figures"),
    path("figures/table.csv", by_net.table, name="figures_table"),
]
