"""Programs at the API's door: real requests with an API token, and real keys behind them.

API tokens come from the operator's hand here, as the demo's does.
"""

import json
from datetime import timedelta

from django.http import HttpResponse
from django.test import Client

from tests.doors import ORIGIN, expect
from tests.locks import locks_only_inside_a_transaction
from tests.role_questions import questions_about_roles_counted
from tests.softkey import SoftKey
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person
from wardkey.sessions import applications, making_api_tokens
from wardkey.sessions.models import ApiToken, Application
from wardkey.sessions.scopes import Scope

V1 = "/api/v1"
EVERYTHING = tuple(Scope.values)


class Program(Client):
    def __init__(self, api_token: str = "") -> None:
        bearer = {"authorization": f"Bearer {api_token}"} if api_token else {}
        super().__init__(enforce_csrf_checks=True, headers=bearer)

    def request(self, **request: object) -> HttpResponse:
        with locks_only_inside_a_transaction(), questions_about_roles_counted():
            return super().request(**request)

    def send(self, method: str, address: str, fields: object = None, **headers: str):
        body = "" if fields is None else json.dumps(fields)
        kind = "application/json" if body else "application/octet-stream"
        return self.generic(method.upper(), address, body, kind, headers=headers)

    def begin(self, holder: Person) -> dict:
        return expect(201, self.send("post", f"{keys_of(holder)}/registrations")).json()

    def answer_of(self, holder: Person, soft_key: SoftKey, nickname: str = "Blue", **more) -> dict:
        """What is posted to register the key."""
        begun = self.begin(holder)
        return {
            "registration_id": begun["registration_id"],
            "credential": soft_key.register(begun["public_key"], ORIGIN),
            "nickname": nickname,
            **more,
        }

    def register(self, holder: Person, nickname: str = "Blue", **more) -> dict:
        fields = self.answer_of(holder, SoftKey(), nickname, **more)
        return expect(201, self.send("post", keys_of(holder), fields)).json()


def keys_of(holder: Person, more: str = "") -> str:
    return f"{V1}/people/{holder.pk}/keys{more}"


def application(organisation: Organisation, acts_as: Person, *scopes: str) -> Application:
    return applications.register_by_operator(
        organisation=organisation, name="HR system", wanted=scopes or EVERYTHING, acts_as=acts_as
    )


def api_token_for(application: Application, *, lasts: timedelta = timedelta(days=1)) -> str:
    return making_api_tokens.make_by_operator(application=application, name="Test", lasts=lasts)


def program(organisation: Organisation, acts_as: Person, *scopes: str) -> Program:
    return Program(api_token_for(application(organisation, acts_as, *scopes)))


def the_api_token() -> ApiToken:
    return ApiToken.objects.get(ended_at=None)


def refused(status: int, code: str, answer: HttpResponse) -> dict:
    told = expect(status, answer).json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"]
    return told
