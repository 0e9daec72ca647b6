"""The addresses of applications and of people's API tokens, below `admin/`: views and names."""

from . import applications

APPLICATION = "applications/<uuid:application_id>/"
OF_PERSON = "people/<uuid:holder_id>/api-tokens/"

ADDRESSES = [
    (OF_PERSON, applications.api_tokens_of_person, "person_api_tokens"),
    (
        OF_PERSON + "<uuid:api_token_id>/end/",
        applications.end_api_token_of_person,
        "person_api_token_end",
    ),
    ("applications/", applications.applications, "applications"),
    ("applications/add/", applications.add, "application_add"),
    (APPLICATION, applications.application, "application"),
    (APPLICATION + "edit/", applications.edit, "application_edit"),
    (APPLICATION + "end/", applications.end, "application_end"),
    (
        APPLICATION + "api-tokens/make/",
        applications.make_api_token,
        "application_api_token_make",
    ),
    (
        APPLICATION + "api-tokens/<uuid:api_token_id>/end/",
        applications.end_api_token,
        "application_api_token_end",
    ),
]
