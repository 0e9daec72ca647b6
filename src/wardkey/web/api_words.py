"""The words for what only programs meet, who come through the API."""

from django.utils.translation import gettext_lazy as _

HEADINGS: dict[tuple[str, str], object] = {
    ("not_found", "key_model"): _("Unknown key model"),
    ("method_not_allowed", ""): _("Another method is needed"),
    ("unknown_field", "unknown_property"): _("There is no such field"),
    ("unknown_field", "unknown_parameter"): _("There is no such parameter"),
}

WORDS: dict[tuple[str, str], object] = {
    ("not_found", "key_model"): _(
        "The metadata has no model with this AAGUID. Check it, or show the AAGUID itself."
    ),
    ("method_not_allowed", ""): _(
        "This address does not know the method. The Allow header has those that it knows."
    ),
    ("unknown_field", "unknown_property"): _(
        "Nothing was changed. Leave the field away that “field” names, "
        "or look its name up in /api/v1/openapi.json."
    ),
    ("unknown_field", "unknown_parameter"): _(
        "Nothing was looked up. Leave the parameter away that “field” names, "
        "or look its name up in /api/v1/openapi.json."
    ),
    ("invalid_input", "does_not_fit"): _(
        "Nothing was changed. What “field” names is missing, or is not of the shape that "
        "/api/v1/openapi.json describes."
    ),
}
