"""The easy-read admin guide as an accessible PDF (PDF/UA-1): tagged, with title and language."""

from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext
from weasyprint import HTML

from tools.pdf_structure import mend
from wardkey.guide import made
from wardkey.guide.for_administrators import EDIT, REGISTER, REMOVE
from wardkey.guide.for_holders import USE
from wardkey.guide.procedures import PROCEDURES
from wardkey.guide.systems import CHANGE_PIN, ON_SYSTEMS, RESET


def write(folder: Path) -> int:
    """How many pages it has."""
    words = {
        "in_the_portal": [REGISTER, EDIT, REMOVE],
        "on_windows": [CHANGE_PIN, RESET],
        "using": USE,
    }
    html = render_to_string("guide/easy_read.jinja", words)
    document = HTML(string=html, base_url=folder.parent.as_uri() + "/").render(
        pdf_variant="pdf/ua-1", optimize_images=True
    )
    document.write_pdf(folder / made.PDF, pdf_variant="pdf/ua-1", optimize_images=True)
    titles = {each.slug: str(each.title) for each in (*PROCEDURES, *ON_SYSTEMS)}
    mend(folder / made.PDF, titles | {"help": gettext("Further Help & Support")})
    return len(document.pages)
