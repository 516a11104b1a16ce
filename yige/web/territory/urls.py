"""Addresses of the planner's pages and of the grid one lives in."""

from django.urls import path

from yige.web.territory import (
    adoption,
    exchange,
    living,
    plans,
    plans_compare,
    plans_map,
    plans_print,
    plans_strokes,
    successions,
    surveys,
)

app_name = "territory"

urlpatterns = [
    path("my-grid/", living.my_grid, name="my_grid"),
    path("grid-changes/", successions.changes, name="grid_changes"),
    path("grid-changes/net.geojson", successions.drawn_net, name="net_then"),
    path("grid-changes/table.<str:kind>", successions.table, name="successor_table"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/template.<str:kind>", surveys.template, name="survey_template"),
    path("surveys/<uuid:survey>", surveys.survey, name="survey"),
    path("surveys/<uuid:survey>/accept", surveys.accept, name="accept_survey"),
    path("surveys/<uuid:survey>/drop", surveys.drop, name="drop_survey"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new", plans.new_plan, name="new_plan"),
    path("plans/import", exchange.import_plan, name="import_plan"),
    path("plans/<uuid:plan>/export.<str:kind>", exchange.export_plan, name="export_plan"),
    path("plans/<uuid:plan>", plans.plan, name="plan"),
    path("plans/<uuid:plan>/units.json", plans_map.units, name="plan_units"),
    path("plans/<uuid:plan>/units.pmtiles", plans_map.tiles, name="plan_tiles"),
    path("plans/<uuid:plan>/grids/<int:label>", plans.grid, name="plan_grid"),
    path("plans/<uuid:plan>/strokes", plans_strokes.stroke, name="plan_stroke"),
    path("plans/<uuid:plan>/undo", plans_strokes.undo, name="undo_stroke"),
    path("plans/<uuid:plan>/redo", plans_strokes.redo, name="redo_stroke"),
    path("plans/<uuid:plan>/locks", plans_strokes.locks, name="plan_locks"),
    path("plans/<uuid:plan>/changes", plans_strokes.changes, name="plan_changes"),
    path("plans/<uuid:plan>/print", plans_print.printed, name="print_plan"),
    path("plans/<uuid:plan>/branch", plans_compare.branch, name="branch_plan"),
    path("plans/<uuid:plan>/divide", plans_compare.divide, name="divide_again"),
    path("plans/<uuid:plan>/compare", plans_compare.compared, name="compare_plan"),
    path(
        "plans/<uuid:plan>/compare/<slug:side>.json",
        plans_compare.compared_units,
        name="compare_units",
    ),
    path("plans/<uuid:plan>/reason", plans.reason, name="plan_reason"),
    path("plans/<uuid:plan>/propose", plans.propose, name="propose_plan"),
    path("plans/<uuid:plan>/withdraw", plans.withdraw, name="withdraw_plan"),
    path("plans/<uuid:plan>/delete", plans.delete, name="delete_plan"),
    path("plans/<uuid:plan>/adopt", adoption.adopt, name="adopt_plan"),
]
