"""What is good for once in the hands of programs, and of people who log in to one: as good_once.py.

OR_NEVER   whose second use ends what the first one opened, perhaps before it was told
"""

import json
from functools import cache, partial
from time import time
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from tests import served
from tests.doors import expect
from tests.logins import NUMBERS, Send, at_browser, origin, proved, somebody
from tests.newcomers import CODE
from tests.oidc.rp import BACK, FETCH, FORM, VERIFIER, App, app, came_back
from tests.oidc.test_devices import ASK, DEVICE, typed
from tests.oidc.test_devices import asked as asked_of_device
from tests.programs import V1, api_token_for, application
from tests.test_connecting_a_station import LOGIN
from tests.test_connecting_a_station import PAGE as STATION
from wardkey.organisations.models import Organisation
from wardkey.people.administrators import Act
from wardkey.people.models import Person
from wardkey.sessions.models import ApiToken

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def sent(port: int, method: str, address: str, body: str, **headers: str) -> int:
    return served.asked(port, method, address, body, **headers).status


def form(port: int, address: str, headers: dict[str, str], **fields: str) -> Send:
    """Of a program."""
    headers = {"Content-Type": FORM, **headers}
    return partial(sent, port, "POST", address, urlencode(fields), **headers)


def written(port: int, address: str, headers: dict[str, str], **fields: str) -> Send:
    """In JSON."""
    headers = {"Content-Type": "application/json", **headers}
    return partial(sent, port, "POST", address, json.dumps(fields), **headers)


@cache
def monitor(organisation: Organisation) -> App:
    return app(organisation, on_devices="yes")


def let_in(cast, **asked: str) -> str:
    """The code that somebody's browser brings to the application."""
    return came_back(monitor(cast.north).asks(at_browser(somebody(cast.north)), **asked))["code"]


def a_request_of_an_application(cast, port):
    ben = at_browser(somebody(cast.north))
    waits = expect(302, monitor(cast.north).asks(ben, prompt="consent"))["Location"]
    expect(302, ben.submit(waits, decision="allow"))
    cookies = ben.cookies.output(header="", sep=";", attrs=[]).strip()
    return partial(sent, port, "GET", waits, "", Cookie=cookies)


def a_code_for_an_application(cast, port):
    rota, code = monitor(cast.north), let_in(cast)
    told = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    return form(port, FETCH, rota.basic, code=code, **told)


def a_refresh(cast, port):
    rota, code = monitor(cast.north), let_in(cast, scope="openid offline_access")
    rest = expect(200, rota.exchange(code)).json()["refresh_token"]
    return form(port, FETCH, rota.basic, grant_type="refresh_token", refresh_token=rest)


def a_code_of_a_device(cast, port):
    rota, ben = monitor(cast.north), at_browser(somebody(cast.north))
    begun = asked_of_device(rota)
    expect(200, ben.submit(typed(ben, begun), decision="allow"))
    return form(port, FETCH, rota.basic, grant_type=DEVICE, device_code=begun["device_code"])


def an_answer_to_a_device(cast, port):
    ben = at_browser(somebody(cast.north))
    page = typed(ben, asked_of_device(monitor(cast.north)))
    return partial(served.submitted, port, ben, page, decision="allow")


def a_proof_of_an_application(cast, port):
    rota, own = signing(cast.north)
    claims = {"iss": rota.id, "sub": rota.id, "aud": origin(port), "exp": int(time()) + 240}
    claims["jti"] = str(next(NUMBERS))
    proof = jwt.encode({"alg": "ES256"}, claims, own, algorithms=["ES256"])
    told = {"client_assertion_type": JWT_BEARER, "client_assertion": proof}
    return form(port, ASK, {}, scope="openid", **told)


@cache
def signing(organisation: Organisation) -> tuple[App, ECKey]:
    own = ECKey.generate_key("P-256")
    published = json.dumps({"keys": [own.as_dict(private=False)]})
    return app(organisation, name="Signing", on_devices="yes", jwks=published), own


def a_code_of_a_station(cast, port):
    ApiToken.objects.filter(person=cast.asha).delete()  # nobody has more than twenty
    page = proved(cast.asha, Act.CONNECT_STATION, cast.north).submit(STATION)
    [code] = CODE.findall(expect(200, page).text)
    return written(port, LOGIN, {}, code=code)


def an_idempotency_key(cast, port):
    number = next(NUMBERS)
    own = {"Authorization": f"Bearer {hr(cast.north, cast.asha)}", "Idempotency-Key": f"{number}"}
    whom = {"username": f"kim{number}@north.example", "name": "Kim Osei"}
    return written(port, f"{V1}/people", own, **whom)


@cache
def hr(organisation: Organisation, acts_as: Person) -> str:
    return api_token_for(application(organisation, acts_as))


ONCE = {
    a_request_of_an_application: 200,
    a_code_for_an_application: 200,
    a_refresh: 200,
    a_code_of_a_device: 200,
    an_answer_to_a_device: "oidc.device_allowed",
    a_proof_of_an_application: "oidc.device_asked",
    a_code_of_a_station: "api_token.made",
    an_idempotency_key: "person.added",
}
OR_NEVER = {a_code_for_an_application}
