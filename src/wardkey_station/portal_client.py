"""The portal on the wire: what a model is called, and whatever else its API is asked.

Only over HTTPS with a certificate that this computer trusts, or on this machine; there is no way
to do without. It is never led to another host.

    portal_at   the portal of an address; refuses one that is not safe
"""

import ssl
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from .errors import Exit, Refused
from .key_models import KeyModel
from .words import _

PATIENCE = httpx.Timeout(5.0, read=20.0)  # seconds
LARGEST = 256 * 1024  # bytes of an answer
LONGEST_NAME = 200


class Unreachable(Exception):
    """Its text says why, in a sentence."""


@dataclass(frozen=True)
class Portal:
    address: str

    @cached_property
    def origin(self) -> str:
        """As a browser tells it in a ceremony (RFC 6454)."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @cached_property
    def line(self) -> httpx.Client:
        """The computer's own list of certificates, an employer's too."""
        return httpx.Client(
            timeout=PATIENCE,
            follow_redirects=False,
            headers={
                "Accept": "application/json",
                "User-Agent": f"wardkey-station/{version('wardkey')}",
            },
            verify=ssl.create_default_context(),
        )

    def leave(self) -> None:
        """The command is over."""
        if "line" in self.__dict__:
            self.line.close()

    def model_of(self, aaguid: str) -> KeyModel | None:
        """None where the portal does not know it. Raises Unreachable."""
        answer = self.answer_to(f"/api/v1/key-models/{aaguid}")
        if answer is None:
            return None
        name, icon = answer.get("name"), answer.get("icon")
        if not isinstance(name, str) or not name.isprintable() or len(name) > LONGEST_NAME:
            return None
        return KeyModel(name, icon if isinstance(icon, str) and icon.isprintable() else None)

    def answer_to(self, path: str) -> dict | None:
        return read(self.request("GET", path))

    def request(
        self, method: str, path: str, *, fields: dict | None = None, headers: dict | None = None
    ) -> httpx.Response:
        """Whatever it answers, but for faults of its own. Raises Unreachable."""
        try:
            answer = self.line.request(method, self.address + path, json=fields, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.refusal_or_reason(error) from error
        if answer.is_redirect:
            said = _("{address} sends the station elsewhere. Give the portal's own address.")
            raise refusal(said.format(address=self.address))
        if answer.is_server_error:
            said = _("{address} has a fault of its own (HTTP {status}).")
            raise Unreachable(said.format(address=self.address, status=answer.status_code))
        return answer

    def refusal_or_reason(self, error: Exception) -> Exception:
        """Whoever shows a wrong certificate is not the portal; that nobody answers is no danger."""
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            said = _("The certificate of {address} is not one that this computer trusts.")
            return refusal(said.format(address=self.address))
        if isinstance(error, httpx.TimeoutException):
            return Unreachable(_("{address} did not answer in time.").format(address=self.address))
        return Unreachable(_("{address} cannot be reached.").format(address=self.address))


def read(answer: httpx.Response) -> dict | None:
    """What was found; None for any refusal, and for what is no JSON object."""
    return body_of(answer) if answer.status_code == httpx.codes.OK else None


def body_of(answer: httpx.Response) -> dict | None:
    """None for what is no JSON object, or too large for one of the portal's."""
    try:
        found = answer.json() if len(answer.content) <= LARGEST else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def portal_at(address: str) -> Portal:
    parts = parts_of(address)
    if parts is None or not has_host_alone(parts):
        raise refusal(_("The portal's address looks like https://keys.hospital.example"))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here(parts.hostname or "")):
        raise refusal(_("The portal is asked over https alone, so that nobody reads along."))
    return Portal(address.rstrip("/"))


def parts_of(address: str) -> SplitResult | None:
    """None where it is none: half a bracket, no number for a port."""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts


def has_host_alone(parts: SplitResult) -> bool:
    return bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)


def is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.PORTAL)
