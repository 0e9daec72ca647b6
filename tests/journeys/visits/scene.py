"""Where the visits take place."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.cast import Cast
from tests.doors import desk_of, signed_in

from ..browser import VirtualKey
from ..people import RegisteredKey, signed_in_with, sit_down

LONG_NICKNAME = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhalter"


@dataclass
class Scene:
    """Ben has two tokens, one of them with a nickname of one long word."""

    page: Page
    cast: Cast
    blue: RegisteredKey
    watch: object
    key: VirtualKey

    def asha_at(self, address: str) -> None:
        sit_down(self.page, signed_in(self.cast.asha))
        self.page.goto(address)

    def ben_at(self, address: str) -> None:
        sit_down(self.page, signed_in_with(self.blue))
        self.page.goto(address)

    @property
    def desk(self) -> str:
        return desk_of(self.cast.ben)

    def of_blue(self, act: str, desk: str = "") -> str:
        return f"{desk or self.desk}{self.blue.row.pk}/{act}/"
