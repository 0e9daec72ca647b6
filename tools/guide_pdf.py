"""The easy-read admin guide as an accessible PDF (PDF/UA-1): tagged, with title and language."""

from pathlib import Path

from django.template.loader import render_to_string
from weasyprint import HTML

from wardkey.guide import made
from wardkey.guide.for_administrators import EDIT, REGISTER, REMOVE
from wardkey.guide.for_holders import USE
from wardkey.guide.systems import CHANGE_PIN, RESET


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
    return len(document.pages)
