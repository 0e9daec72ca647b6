"""What PDF/UA-1 asks of lists and links and WeasyPrint does not write yet.

mend    a list that goes on over a page is one list; each item is a label and a body (7.6); a
        link says where it leads, in words (7.18.5)
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

PDF_VERSION = "%PDF-1.7"  # the one that PDF/UA-1 is about


def mend(file: Path, titles: Mapping[str, str]) -> None:
    """`titles`: in words, by the anchor to which a link leads."""
    writer = PdfWriter(clone_from=file)
    writer.pdf_header = PDF_VERSION
    tree: Any = writer.root_object["/StructTreeRoot"]
    [document] = tree["/K"]
    _join_lists(document.get_object())
    for element in list(elements(document)):
        if element["/S"] == "/LI":
            _gather_body(writer, element)
    pages: list[Any] = list(writer.pages)
    for page in pages:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            link[NameObject("/Contents")] = TextStringObject(titles[link["/Dest"]])
    writer.write(file)


def elements(element: Any) -> Iterator[Any]:
    """It and all below it, in the order in which they are read out."""
    element = element.get_object()
    if isinstance(element, DictionaryObject) and "/S" in element:
        yield element
        for child in _children(element):
            yield from elements(child)


def _children(element: DictionaryObject) -> list[Any]:
    below = element.get("/K", [])
    return list(below) if isinstance(below, list) else [below]


def _join_lists(document: DictionaryObject) -> None:
    """Lists that follow each other with nothing between them are one, cut by the end of a page."""
    kept: list[Any] = []
    for child in _children(document):
        element = child.get_object()
        if kept and element["/S"] == "/L" == kept[-1].get_object()["/S"]:
            _adopt(kept[-1], _children(element))
        else:
            kept.append(child)
    document[NameObject("/K")] = ArrayObject(kept)


def _gather_body(writer: PdfWriter, item: DictionaryObject) -> None:
    label, *rest = _children(item)
    if [child.get_object()["/S"] for child in rest] == ["/LBody"]:
        return
    parent = rest[0].get_object().raw_get("/P")
    body = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/StructElem"),
            NameObject("/S"): NameObject("/LBody"),
            NameObject("/P"): parent,
            NameObject("/K"): ArrayObject(),
        }
    )
    reference = writer._add_object(body)  # noqa: SLF001  pypdf has no other way
    _adopt(reference, rest)
    item[NameObject("/K")] = ArrayObject([label, reference])


def _adopt(reference: Any, children: list[Any]) -> None:
    element = reference.get_object()
    element[NameObject("/K")] = ArrayObject([*_children(element), *children])
    for child in children:
        child.get_object()[NameObject("/P")] = reference
