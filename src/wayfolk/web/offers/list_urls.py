from django.urls import path

from wayfolk.web.offers import lists

app_name = "sales_lists"
urlpatterns = [
    path("close-reasons/", lists.entry_list, {"name": "close-reasons"}, name="close-reasons"),
    path("catalogues/", lists.entry_list, {"name": "catalogues"}, name="catalogues"),
    path("<slug:name>/", lists.entry_list, name="list"),
    path("<slug:name>/<uuid:entry_id>/name/", lists.rename, name="rename"),
    path("<slug:name>/<uuid:entry_id>/closing/", lists.set_closed, name="closing"),
    path("<slug:name>/<uuid:entry_id>/removal/", lists.remove, name="remove"),
]
