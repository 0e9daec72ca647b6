"""Where somebody is logged in, for themselves and for those who look after them."""

from collections.abc import Iterator

from tests.doors import half_signed_in, signed_in

from ..walks import button, expect_success
from .scene import Scene


def my_logins(scene: Scene) -> Iterator[str]:
    signed_in(scene.cast.asha)
    half_signed_in(scene.cast.ben)
    scene.ben_at("/me/logins/")
    yield "two"
    button(scene.page, "End all others").click()
    expect_success(scene.page, "1 other login has ended.")
    yield "one"


def end_logins(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/logins/")
    yield "asked"
    button(scene.page, "End all logins").click()
    expect_success(scene.page, "logged out everywhere")
    yield "done"


def my_history(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/history/")
    yield "with entries"


VISITS = [my_logins, my_history, end_logins]
