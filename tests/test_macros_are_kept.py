"""What the design system's macros made is kept: by all arguments, and nothing that was typed."""

import re
import uuid
from inspect import getclosurevars

import pytest
from django.template import engines
from markupsafe import Markup

from tests.doors import desk_of, registered, signed_in
from wardkey.people.models import Person
from wardkey.web import kept_macros

pytestmark = pytest.mark.looks_only


@pytest.fixture
def macro():
    """By its name, as a page imports it."""
    environment = engines["jinja2"].env
    components = {name: component for component, name in kept_macros.KEPT.items()}

    def of(name):
        component = components[name]
        return getattr(
            environment.get_template(f"nhsuk/components/{component}/macro.jinja").module, name
        )

    return of


def test_the_same_words_are_rendered_once(macro):
    button = macro("button")
    once = button({"text": "Continue", "attributes": {"id": "go"}})
    assert button({"text": "Continue", "attributes": {"id": "go"}}) is once
    assert 'id="go"' in once
    assert 'id="stay"' in button({"text": "Continue", "attributes": {"id": "stay"}})


def test_what_is_not_escaped_is_not_what_is(macro):
    button = macro("button")
    assert "<b>Go</b>" in button({"text": Markup("<b>Go</b>")})
    assert "&lt;b&gt;Go&lt;/b&gt;" in button({"text": "<b>Go</b>"})
    assert "<b>Go</b>" in button({"text": Markup("<b>Go</b>")})


def test_true_is_not_one(macro):
    button = macro("button")
    assert "double-click" not in button({"text": "Go", "preventDoubleClick": 2})
    assert 'double-click="1"' in button({"text": "Go", "preventDoubleClick": 1})
    assert 'double-click="true"' in button({"text": "Go", "preventDoubleClick": True})


def test_what_was_typed_and_what_went_wrong_is_not_kept(macro):
    field = macro("input")
    plain = {"id": "name", "name": "name", "label": {"text": "Name"}}
    assert field(plain) is field(plain)
    for typed in ({"value": "ben@north.example"}, {"errorMessage": {"text": "ben is no address"}}):
        once = field(plain | typed)
        assert "ben" in once
        assert field(plain | typed) is not once
        assert field(plain | typed) == once


def test_a_block_of_the_page_is_not_kept():
    page = engines["jinja2"].from_string(
        '{% from "nhsuk/components/button/macro.jinja" import button %}'
        '{% call button({"variant": "secondary"}) %}{{ words }}{% endcall %}'
    )
    assert "Ben" in page.render({"words": "Ben"})
    assert "Asha" in page.render({"words": "Asha"})


def test_a_green_notice_says_what_was_done_and_is_kept_without_it(cast, macro):
    asha = signed_in(cast.asha)
    registered(asha, cast.ben, "<b>Blue</b> {message} %s")
    page = asha.get(desk_of(cast.ben)).content.decode()
    [banner] = re.findall(r'role="status".*?</div>\s*</div>', page, re.DOTALL)
    assert "&lt;b&gt;Blue&lt;/b&gt; {message} %s" in banner
    kept = list(getclosurevars(macro("notificationBanner")).nonlocals["made"].values())
    assert any("{message}" in words for words in kept)
    assert not any("Blue" in words for words in kept)


def test_what_is_no_word_is_not_kept(macro):
    """Two people with one id are equal, whatever they are called."""
    button = macro("button")
    person = Person(pk=uuid.UUID(int=1), name="Ben")
    once = button({"text": person.name, "attributes": {"data-whom": person}})
    assert button({"text": person.name, "attributes": {"data-whom": person}}) is not once


def test_all_of_it_is_forgotten_when_it_is_too_much(macro):
    button = macro("button")
    once = button({"text": "Number 0"})
    for number in range(1, kept_macros.AT_MOST):
        button({"text": f"Number {number}"})
    button({"text": "One more"})
    again = button({"text": "Number 0"})
    assert again is not once
    assert again == once
