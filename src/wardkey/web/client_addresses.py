"""The addresses of pages about applications to which people log in, for the route table."""

from django.urls import path

from . import client_roles, clients, my_applications

CLIENT = "admin/login-applications/<uuid:client_id>/"

CLIENTS = [
    path("admin/login-applications/add/", clients.add, name="client_add"),
    path(CLIENT, clients.client, name="client"),
    path(CLIENT + "edit/", clients.edit, name="client_edit"),
    path(CLIENT + "secret/", clients.make_secret, name="client_secret"),
    path(CLIENT + "use/", clients.use, name="client_use"),
    path(CLIENT + "roles/<str:code>/", client_roles.roles, name="client_roles"),
    path(CLIENT + "end/", clients.end, name="client_end"),
    path("me/applications/", my_applications.my_applications, name="my_applications"),
    path("me/applications/<uuid:client_id>/end/", my_applications.end, name="my_application_end"),
]
