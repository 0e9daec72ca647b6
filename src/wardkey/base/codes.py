"""Random secrets, and the hashes under which the database knows them."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

# No letters or digits that people mistake for one another on paper.
READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# And that make no words, to be typed from a screen (RFC 8628 §6.1).
CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"


def new_secret() -> str:
    """256 bits, base64url."""
    return secrets.token_urlsafe(32)


def new_readable_code() -> str:
    """80 bits in four groups of four, to be read from paper: `7KQ2-M9XA-…`."""
    return _in_groups([secrets.choice(READABLE) for _ in range(16)])


def new_code_to_type() -> str:
    """34 bits, `WDJB-MJHT`: for minutes, and only where guesses are counted."""
    return _in_groups([secrets.choice(CONSONANTS) for _ in range(8)])


def readable_code_for(purpose: str, id: object) -> str:
    """As `new_readable_code`, made anew from the portal's secret key whenever it is needed: a code
    that is mailed later, by another process, is in no database until then."""
    digest = _made_anew(purpose, id)
    return _in_groups([READABLE[byte % len(READABLE)] for byte in digest[:16]])


def short_code_for(purpose: str, id: object) -> str:
    """Eight digits, made anew like `readable_code_for`: for minutes and a few tries only."""
    return f"{int.from_bytes(_made_anew(purpose, id)[:16]) % 10**8:08}"


def _made_anew(purpose: str, id: object) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"{purpose} {id}".encode(), "sha256")


def _in_groups(letters: list[str]) -> str:
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))


def hashed(secret: str) -> bytes:
    """SHA-256; enough because every secret here has 80 random bits or more."""
    return hashlib.sha256(secret.encode()).digest()


def keyed(text: str, *, about: str) -> bytes:
    """HMAC-SHA256 under the portal's secret key, for what a bare hash would not hide: names and
    addresses can be guessed. `about` keeps the uses apart."""
    return salted_hmac(f"wardkey.{about}", text, algorithm="sha256").digest()


def hashed_readable(code: str) -> bytes:
    """As `hashed`, whatever spaces, hyphens and case the person typed."""
    return hashed(bare(code))


def bare(code: str) -> str:
    """The letters and digits alone, in capitals."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
