"""Text is UTF-8, whatever charset a request announces: through the handler that is served."""

import io

import pytest

from wardkey.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.looks_only]
HOSTILE = [
    "text/plain; charset=zlib",
    "text/plain; charset=undefined",
    "text/plain; charset*=utf-8''zlib",
    "text/plain; a*=nosuch''%41",
    "multipart/form-data; boundary=x; charset=zlib",
    "application/x-www-form-urlencoded; charset=utf-7",
]


def ask(method: str, address: str, content_type: str, body: bytes = b"") -> str:
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "localhost:8000",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    answered = []
    application(environ, lambda status, headers: answered.append(status))
    return answered[0][:3]


@pytest.mark.parametrize("content_type", HOSTILE)
@pytest.mark.parametrize("address", ["/livez?a=%41", "/", "/sign-in/?next=/%2b2AA-"])
def test_a_page_answers_as_ever(address, content_type):
    assert ask("GET", address, content_type) == "200"


@pytest.mark.parametrize("content_type", HOSTILE)
def test_a_form_is_refused_for_its_missing_secret_and_no_fault(content_type):
    body = b"--x\r\nContent-Disposition: form-data; name=password\r\n\r\n\\ud800\r\n--x--\r\n"
    assert ask("POST", "/sign-in/", content_type, body) == "403"
