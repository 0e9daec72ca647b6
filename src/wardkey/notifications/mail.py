"""How a message leaves: as a file in a folder (the demo, the tests), otherwise by SMTP."""

import os
import uuid
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage as DjangoMessage

from .messages import Message


class Unreachable(OSError):
    """The mail server is not there, shows another certificate, or lets us not in."""


def send(*, message_id: uuid.UUID, address: str, message: Message) -> None:
    """Raises OSError (smtplib's errors are such) where the message did not leave; Unreachable where
    no message would have."""
    header = f"<{message_id}@{settings.RELYING_PARTY_ID}>"
    if settings.MAIL_FOLDER:
        _write(Path(settings.MAIL_FOLDER), header=header, address=address, message=message)
    else:
        _hand_to_smtp(header=header, address=address, message=message)


def _write(folder: Path, *, header: str, address: str, message: Message) -> None:
    mail = EmailMessage()
    mail["Message-ID"], mail["Date"] = header, formatdate()
    mail["From"], mail["To"] = settings.DEFAULT_FROM_EMAIL, address
    mail["Subject"] = message.subject
    mail.set_content(message.body)
    folder.mkdir(parents=True, exist_ok=True)
    # The name comes from the id and the rename is atomic: a message written twice is one file.
    final = folder / (header.strip("<>").partition("@")[0] + ".eml")
    half_written = final.with_suffix(f".{os.getpid()}.part")
    half_written.write_bytes(bytes(mail))
    half_written.replace(final)


def _hand_to_smtp(*, header: str, address: str, message: Message) -> None:
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
    try:
        connection.open()
    except OSError as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    try:
        DjangoMessage(
            subject=message.subject,
            body=message.body,
            to=[address],
            headers={"Message-ID": header},
            connection=connection,
        ).send()
    finally:
        # Once it was accepted it is sent, however the server takes leave.
        with suppress(OSError):
            connection.close()
