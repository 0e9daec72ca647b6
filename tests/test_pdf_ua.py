"""The PDF against the clauses of PDF/UA-1 (ISO 14289-1:2014 §7) that a program can judge.

No validator of all of them, such as veraPDF, is run: none comes with the packages that this project
is built from. Each test names its clause.
"""

import re
from itertools import pairwise

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from tools.pdf_structure import elements
from wardkey.guide import made

pytestmark = pytest.mark.looks_only
# ISO 32000-1 §14.8.4, those that may stand in a document like ours.
STANDARD = {
    *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "NonStruct"),
    *("P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"),
    *("Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"),
    *("Span", "Quote", "Note", "Reference", "Link", "Annot", "Figure"),
}
PAINTING = {b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Tj", b"TJ", b"Do", b"sh"}


@pytest.fixture(scope="module")
def pdf():
    return PdfReader(made.FOLDER / made.PDF)


@pytest.fixture(scope="module")
def root(pdf):
    return pdf.trailer["/Root"]


@pytest.fixture(scope="module")
def tags(root):
    [document] = root["/StructTreeRoot"]["/K"]
    return list(elements(document))


@pytest.fixture(scope="module")
def parents(root):
    """What the tree of parents holds, by its number."""
    nums = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    return {nums[at]: nums[at + 1].get_object() for at in range(0, len(nums), 2)}


def kinds_below(element):
    children = [child.get_object() for child in element.get("/K", [])]
    return {child["/S"] for child in children if isinstance(child, dict) and "/S" in child}


def test_clause_5_it_says_that_it_is_pdf_ua_1(root, pdf):
    assert pdf.pdf_header == "%PDF-1.7"
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()


def test_clause_7_1_it_is_tagged_and_has_a_title_that_is_shown(root):
    assert root["/MarkInfo"]["/Marked"]
    assert not root["/MarkInfo"].get("/Suspects")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    [title] = re.findall(rb"<dc:title>.*?<rdf:li[^>]*>([^<]+)<", root["/Metadata"].get_data())
    assert title == b"Easy-read admin guide to FIDO2 security tokens"


def test_clause_7_1_all_that_is_painted_is_tagged_or_an_artifact(pdf):
    for page in pdf.pages:
        depth = 0
        for _operands, operator in ContentStream(page.get_contents(), pdf).operations:
            depth += (operator in {b"BMC", b"BDC"}) - (operator == b"EMC")
            assert depth or operator not in PAINTING, (page.page_number, operator)
        assert depth == 0


def test_clause_7_1_tags_are_of_the_standard_and_what_is_marked_is_in_one(root, tags, pdf, parents):
    assert "/RoleMap" not in root["/StructTreeRoot"]
    assert {tag["/S"][1:] for tag in tags} <= STANDARD
    marked = [
        (tag["/Pg"]["/StructParents"], kid)
        for tag in tags
        for kid in tag.get("/K", [])
        if isinstance(kid, int)
    ]
    assert len(marked) == len(set(marked))
    mapped = sum(len(parents[page["/StructParents"]]) for page in pdf.pages)
    # Page numbers are mapped as well, and are in no tag, so that nobody hears them.
    assert len(marked) <= mapped <= len(marked) + len(pdf.pages)


def test_clause_7_2_it_has_a_language(root):
    assert root["/Lang"] == "en-GB"


def test_clause_7_3_each_figure_has_words_and_a_place(tags):
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert len(figures) > 20
    assert all(len(tag["/Alt"]) > 20 and len(tag["/A"]["/BBox"]) == 4 for tag in figures)


def test_clause_7_4_headings_begin_with_the_first_level_and_skip_none(tags):
    levels = [int(tag["/S"][2]) for tag in tags if re.fullmatch("/H[1-6]", tag["/S"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_clauses_7_5_and_7_9_there_are_no_tables_and_no_notes(tags):
    assert not {"/Table", "/Note"} & {tag["/S"] for tag in tags}


def test_clause_7_6_a_list_has_items_and_an_item_a_label_and_a_body(tags):
    lists = [tag for tag in tags if tag["/S"] == "/L"]
    # The contents, and the steps of three procedures, of two on Windows, and of the use.
    assert len(lists) == 7
    assert all(kinds_below(tag) == {"/LI"} for tag in lists)
    items = [tag for tag in tags if tag["/S"] == "/LI"]
    assert all(kinds_below(tag) == {"/Lbl", "/LBody"} and len(tag["/K"]) == 2 for tag in items)


def test_clauses_7_11_7_16_and_7_19_no_files_no_lock_and_no_actions(root, pdf):
    assert not {"/AcroForm", "/OpenAction", "/AA"} & set(root)
    assert not {"/EmbeddedFiles", "/JavaScript"} & set(root["/Names"])
    assert not pdf.is_encrypted


def test_clause_7_18_links_are_in_tags_have_words_and_follow_the_structure(pdf, parents):
    assert {page["/Tabs"] for page in pdf.pages} == {"/S"}
    links = [each.get_object() for page in pdf.pages for each in page.get("/Annots", [])]
    assert len(links) == 7
    for link in links:
        kind = parents[link["/StructParent"]]["/S"]
        assert (link["/Subtype"], kind) == ("/Link", "/Link")
        assert " " in link["/Contents"]


def test_clause_7_21_fonts_are_embedded_and_their_letters_known(pdf):
    used = [font for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    for font in {each.get_object()["/BaseFont"]: each.get_object() for each in used}.values():
        [descendant] = font["/DescendantFonts"]
        assert "/FontFile2" in descendant.get_object()["/FontDescriptor"]
        assert descendant.get_object()["/CIDToGIDMap"] == "/Identity"
        assert "/ToUnicode" in font
