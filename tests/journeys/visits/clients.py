"""Applications to which people log in, and where one's own name is open."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.doors import signed_in
from tests.oidc.rp import App, app
from tests.programs import V1, program
from wardkey.audit import log
from wardkey.clients import uses

from ..people import signed_in_with, sit_down
from ..walks import button, expect_mistake, expect_success
from .roles import confirmed_at
from .scene import Scene

CLIENTS = "/admin/login-applications/"


def of_the_client(scene: Scene, more: str = "") -> str:
    return f"{CLIENTS}{app(scene.cast.north).id}/{more}"


def client_add(scene: Scene) -> Iterator[str]:
    confirmed_at(scene, scene.cast.priya, f"{CLIENTS}add/")
    yield "as it is"
    scene.watch.expect(400, f"{CLIENTS}add/")
    button(scene.page, "Add").click()
    expect_mistake(scene.page, "Enter the name")
    yield "refused"


def client(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.priya))
    address = of_the_client(scene)
    scene.page.goto(address)
    yield "with a secret"
    changed_by_a_program(scene, address)
    scene.page.goto(address)
    yield "changed by a program"


def changed_by_a_program(scene: Scene, address: str) -> None:
    deploys = program(scene.cast.north, scene.cast.priya, "applications:write")
    one = f"{V1}/applications/{address.removeprefix(CLIENTS)}".rstrip("/")
    answer = deploys.send("patch", one, {"redirect_uris": ["https://rota.example/new"]})
    assert answer.status_code == 200


def client_edit(scene: Scene) -> Iterator[str]:
    address = of_the_client(scene)
    changed_by_a_program(scene, address)
    confirmed_at(scene, scene.cast.priya, f"{address}edit/")
    yield "as it is"


def client_secret(scene: Scene) -> Iterator[str]:
    confirmed_at(scene, scene.cast.priya, of_the_client(scene, "secret/"))
    yield "asked"
    button(scene.page, "Make").click()
    expect(scene.page.get_by_role("heading", level=1)).to_contain_text("Copy it now")
    yield "copy it now"


def client_use(scene: Scene) -> Iterator[str]:
    address = of_the_client(scene, "use/")
    confirmed_at(scene, scene.cast.priya, address)
    yield "as it is"
    scene.watch.expect(400, address)
    button(scene.page, "Save Changes").click()
    expect_mistake(scene.page, "Choose how its people get in")
    yield "refused"


def client_roles(scene: Scene) -> Iterator[str]:
    address = of_the_client(scene, "roles/NORTH/")
    confirmed_at(scene, scene.cast.priya, address)
    scene.page.get_by_label("Everybody").fill("records.reader <records>")
    scene.watch.expect(400, address)
    button(scene.page, "Save Changes").click()
    expect_mistake(scene.page, "Enter names with spaces between them")
    yield "refused"
    scene.page.get_by_label("Everybody").fill("records.reader")
    button(scene.page, "Save Changes").click()
    expect_success(scene.page, "Decided for")
    yield "given"


def client_end(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.priya))
    scene.page.goto(of_the_client(scene, "end/"))
    yield "asked"


def of_another(scene: Scene) -> App:
    """An application of Southside's that Northside uses too."""
    clinics = app(scene.cast.south, name="Clinics")
    uses.decided(clinics.row, scene.cast.north, "password", by=log.OPERATOR)
    return clinics


def my_applications(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/applications/")
    yield "none"
    app(scene.cast.north).lets_in(signed_in_with(scene.blue))
    scene.page.reload()
    yield "one"
    scene.page.get_by_role("table").get_by_role("button").click()
    expect_success(scene.page, "has no access any more")


def oidc_request(scene: Scene) -> Iterator[str]:
    clinics = of_another(scene)
    for fields, name in (({}, "to agree"), ({"prompt": "select_account"}, "to choose")):
        ben = signed_in_with(scene.blue)
        sit_down(scene.page, ben)
        scene.page.goto(clinics.asks(ben, **fields)["Location"])
        yield name


def oidc_authorize(scene: Scene) -> Iterator[str]:
    scene.watch.expect(400, "/oidc/authorize")
    scene.ben_at("/oidc/authorize?client_id=x")
    yield "refused"


def oidc_logout(scene: Scene) -> Iterator[str]:
    scene.ben_at("/oidc/logout")
    yield "asked"
    button(scene.page, "Log out").click()
    expect(scene.page.get_by_role("heading", level=1)).to_contain_text("You are logged out")
    yield "logged out"


def monitor_asks(scene: Scene) -> str:
    """The code that a ward's monitor shows."""
    monitor = app(scene.cast.north, name="Ward monitor", on_devices="yes")
    return monitor.post("/oidc/device", {"scope": "openid profile roles"}).json()["user_code"]


def device(scene: Scene) -> Iterator[str]:
    scene.ben_at(f"/device/?user_code={monitor_asks(scene)}")
    yield "filled in"
    scene.watch.expect(400, "/device/")
    scene.page.get_by_label("Code on the device").fill("BBBB-BBBB")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "This code is not known")
    yield "refused"


def device_request(scene: Scene) -> Iterator[str]:
    for answer, told in (("No", "was refused"), ("Yes, log in on the device", "You are logged in")):
        scene.ben_at(f"/device/?user_code={monitor_asks(scene)}")
        button(scene.page, "Continue").click()
        expect(scene.page.get_by_role("heading", level=1)).to_contain_text("on a device?")
        yield f"asked, then {answer}"
        button(scene.page, answer).click()
        expect(scene.page.get_by_role("heading", level=1)).to_contain_text(told)
        yield told


VISITS = [
    device,
    device_request,
    oidc_logout,
    client_add,
    client,
    client_edit,
    client_secret,
    client_use,
    client_roles,
    client_end,
    my_applications,
    oidc_request,
    oidc_authorize,
]
