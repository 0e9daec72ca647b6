"""A mail server on this machine that keeps what it accepts, and can keep a sender waiting."""

import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes


class MailServer(socketserver.ThreadingTCPServer):
    """Both counters count Message-IDs. `answer` is what it says to a message that arrives now, as
    soon as `may_answer` is set; before `may_greet` it says nothing at all. With `sealed`, TLS is
    offered."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.accepted: Counter[str] = Counter()
        self.arrived: Counter[str] = Counter()
        self.answer = b"250 accepted"
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.may_greet = threading.Event()
        self.may_greet.set()
        self.greeted = 0
        self.sealed: ssl.SSLContext | None = None

    @property
    def port(self) -> int:
        return self.server_address[1]

    def take(self, mail: bytes) -> bytes:
        message_id = message_from_bytes(mail)["Message-ID"]
        self.arrived[message_id] += 1
        answer = self.answer
        self.may_answer.wait()
        if answer.startswith(b"250"):
            self.accepted[message_id] += 1
        return answer


class Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a sender needs."""

    def handle(self) -> None:
        self.server.greeted += 1
        self.server.may_greet.wait()
        self.say(b"220 ready")
        self.converse()

    def converse(self) -> None:
        for line in self.rfile:
            match line[:4].upper().strip():
                case b"DATA":
                    self.say(b"354 go on")
                    self.say(self.server.take(self.mail()))
                case b"EHLO" if self.server.sealed:
                    self.say(b"250-here\r\n250 STARTTLS")
                case b"STAR":
                    self.say(b"220 go on")
                    self.seal(self.server.sealed)
                    break
                case b"QUIT":
                    self.say(b"221 bye")
                    break
                case _:
                    self.say(b"250 fine")

    def seal(self, context: ssl.SSLContext) -> None:
        """The conversation begins anew; one who does not believe the certificate is gone."""
        with suppress(OSError), context.wrap_socket(self.request, server_side=True) as sealed:
            self.rfile, self.wfile = sealed.makefile("rb"), sealed.makefile("wb", 0)
            self.converse()

    def mail(self) -> bytes:
        return b"".join(iter(self.rfile.readline, b".\r\n"))

    def say(self, line: bytes) -> None:
        with suppress(OSError):  # the sender may have been killed
            self.wfile.write(line + b"\r\n")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.may_answer.set()
            server.may_greet.set()
            server.shutdown()
            thread.join()
