"""The pages of the guide, found as a reader finds them: by the links from its first page."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

GUIDE = "/guide/"
ADDRESSES = {"a": "href", "link": "href"}
ADDRESSES |= dict.fromkeys(("script", "img", "source", "video", "track", "iframe"), "src")


class Read:
    """What a page holds: the links out of it, what it loads, and the places that links may name."""

    def __init__(self, address: str, answer: HttpResponse) -> None:
        self.address, self.links, self.loaded, self.places = address, [], [], set()
        parser = HTMLParser()
        parser.handle_starttag = self.note
        parser.feed(answer.content.decode())

    def note(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.places.add(given.get("id"))
        address = given.get(ADDRESSES.get(tag, ""))
        if address:
            (self.links if tag == "a" else self.loaded).append(urljoin(self.address, address))


def read_all() -> dict[str, tuple[HttpResponse, Read]]:
    """Each page below the guide's first one that can be reached from it, by its address."""
    client, found, waiting = Client(), {}, [GUIDE]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        found[address] = (answer, Read(address, answer))
        links = {urldefrag(link).url for link in found[address][1].links}
        waiting += [link for link in sorted(links) if is_ahead(link, {*found, *waiting})]
    return found


def is_ahead(link: str, known: set[str]) -> bool:
    path = urlsplit(link).path
    return link.startswith(GUIDE) and path.endswith("/") and link not in known


def pages_of_the_guide(_cast: object) -> Iterator[tuple[str, HttpResponse]]:
    yield from ((address, answer) for address, (answer, _read) in read_all().items())
