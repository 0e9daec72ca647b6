"""The addresses of the overview, of the register of exceptions, and of who needs no token."""

from django.urls import path

from . import exceptions, overview

REGISTER_OF_EXCEPTIONS = "admin/exceptions/"
OVERVIEW = "admin/overview/"
WITHOUT_TOKEN = "admin/without-token/"

ADDRESSES = [
    path(REGISTER_OF_EXCEPTIONS, exceptions.register, name="exceptions_register"),
    path(REGISTER_OF_EXCEPTIONS + "file.csv", exceptions.register_file, name="exceptions_file"),
    path(OVERVIEW, overview.overview, name="overview"),
    path(OVERVIEW + "list/", overview.lists, name="overview_list"),
    path(OVERVIEW + "file.csv", overview.list_file, name="overview_file"),
    path(WITHOUT_TOKEN, exceptions.without, name="without_token"),
    path(WITHOUT_TOKEN + "file.csv", exceptions.without_file, name="without_token_file"),
]
