"""API tokens of one's own, and an organisation's applications."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.doors import signed_in
from tests.programs import api_token_for, application
from wardkey.people.administrators import Act
from wardkey.people.deeds import Deed
from wardkey.people.queries import person_with_home
from wardkey.sessions import step_up
from wardkey.sessions.models import ApiToken
from wardkey.sessions.queries import live_sessions_of

from ..people import sit_down
from ..walks import button, expect_mistake, expect_success, follow
from .roles import confirmed_at
from .scene import Scene

APPLICATIONS, MAKE = "/admin/applications/", "/me/api-tokens/make/"


def my_api_tokens(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/api-tokens/")
    yield "none"
    confirmed(scene)
    scene.page.locator("#name").fill("Nightly")
    scene.page.get_by_label("Read which FIDO2 tokens people have").check()
    button(scene.page, "Make").click()
    expect(scene.page.get_by_role("heading", level=1)).to_contain_text("Copy it now")
    yield "copy it now"
    follow(scene.page.get_by_role("link", name="I have kept it"))
    yield "one"
    scene.page.get_by_role("table").get_by_role("button").click()
    expect_success(scene.page, "The API token has ended.")


def confirmed(scene: Scene) -> None:
    """Ben has just confirmed that he is about to make one."""
    scene.ben_at("/me/api-tokens/")
    [session] = live_sessions_of(person_with_home(scene.cast.ben.pk))[:1]
    deed = Deed(Act.MAKE_API_TOKENS, str(scene.cast.ben.pk))
    step_up.note(session=session, deed=deed, key_id=scene.blue.row.pk)
    scene.page.goto(MAKE)


def my_api_token_make(scene: Scene) -> Iterator[str]:
    confirmed(scene)
    yield "as it is"
    scene.watch.expect(400, MAKE)
    button(scene.page, "Make").click()
    expect_mistake(scene.page, "Enter the name")
    yield "refused"


def applications(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.priya))
    scene.page.goto(APPLICATIONS)
    yield "none"
    application(scene.cast.north, scene.cast.asha)
    scene.page.goto(APPLICATIONS)
    yield "one"


def application_add(scene: Scene) -> Iterator[str]:
    confirmed_at(scene, scene.cast.priya, f"{APPLICATIONS}add/")
    yield "as it is"
    scene.watch.expect(400, f"{APPLICATIONS}add/")
    button(scene.page, "Add").click()
    expect_mistake(scene.page, "Enter the name")
    yield "refused"


def of_the_application(scene: Scene, more: str = "") -> str:
    made = application(scene.cast.north, scene.cast.asha)
    api_token_for(made)
    return f"{APPLICATIONS}{made.pk}/{more}"


def one_application(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.priya))
    scene.page.goto(of_the_application(scene))
    yield "with an API token"
    scene.page.get_by_role("table").get_by_role("button").click()
    expect_success(scene.page, "The API token has ended.")
    yield "without one"
    scene.cast.asha.role_grants.all().delete()
    scene.page.reload()
    yield "nobody stands behind it"


def application_edit(scene: Scene) -> Iterator[str]:
    confirmed_at(scene, scene.cast.priya, of_the_application(scene, "edit/"))
    yield "as it is"


def application_end(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.priya))
    scene.page.goto(of_the_application(scene, "end/"))
    yield "asked"


def application_api_token_make(scene: Scene) -> Iterator[str]:
    confirmed_at(scene, scene.cast.priya, of_the_application(scene, "api-tokens/make/"))
    yield "as it is"


def person_api_tokens(scene: Scene) -> Iterator[str]:
    api_token_for(application(scene.cast.north, scene.cast.asha))
    own = scene.cast.ben
    ApiToken.objects.update(application=None, person=own, security_stamp=own.security_stamp)
    sit_down(scene.page, signed_in(scene.cast.priya))
    scene.page.goto(APPLICATIONS)
    yield "people with some"
    follow(scene.page.get_by_role("link", name=own.name))
    yield "one"
    scene.page.get_by_role("table").get_by_role("button").click()
    expect_success(scene.page, "The API token has ended.")
    yield "none"


one_application.__name__ = "application"
VISITS = [
    my_api_tokens,
    my_api_token_make,
    person_api_tokens,
    applications,
    application_add,
    one_application,
    application_edit,
    application_end,
    application_api_token_make,
]
