"""A file that age sealed with a passphrase, opened by the letter of its specification
(age-encryption.org/v1).

pyrage refuses to open what it takes for too dear on this machine at this moment, also what it
sealed itself a moment ago: beside other work that is a matter of chance.
"""

import base64

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LABEL, CHUNK = b"age-encryption.org/v1/scrypt", 64 * 1024 + 16


def opened(sealed: bytes, passphrase: str) -> bytes:
    """Of one recipient, a passphrase. Raises InvalidTag with another one."""
    header, _mark, rest = sealed.partition(b"\n--- ")
    payload = rest.partition(b"\n")[2]
    _version, stanza, wrapped = header.split(b"\n")
    _arrow, _scrypt, salt, log_n = stanza.split(b" ")
    # Not hashlib's: it takes no cost as a fast machine chooses it, of 2 GiB.
    scrypt = Scrypt(salt=LABEL + _bytes(salt), length=32, n=1 << int(log_n), r=8, p=1)
    key = scrypt.derive(passphrase.encode())
    file_key = ChaCha20Poly1305(key).decrypt(bytes(12), _bytes(wrapped), None)
    derived = HKDF(algorithm=SHA256(), length=32, salt=payload[:16], info=b"payload")
    return _stream(ChaCha20Poly1305(derived.derive(file_key)), payload[16:])


def _stream(cipher: ChaCha20Poly1305, text: bytes) -> bytes:
    """Each chunk by its number, and whether it is the last."""
    chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    return b"".join(
        cipher.decrypt(number.to_bytes(11) + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    )


def _bytes(unpadded: bytes) -> bytes:
    return base64.b64decode(unpadded + b"=" * (-len(unpadded) % 4))
