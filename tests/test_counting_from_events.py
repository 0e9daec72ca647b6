"""A night counts from what happened since the last one, and comes to what a count of everything
comes to: whatever people did, and whatever passed by itself."""

import random
from datetime import UTC, date, datetime, timedelta

from tests.departures import act, again, joiner_code_of, mark_leaver, take_on
from tests.doors import Browser, desk_of, expect, half_signed_in, signed_in
from tests.full_count import everything
from tests.keymodels.catalogue import CATALOGUE, key_of, model, take_in
from tests.newcomers import added
from tests.softkey import SoftKey
from wardkey.audit import log
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock
from wardkey.keymodels.models import ModelUnderReview
from wardkey.keys import lapsing
from wardkey.keys.models import SecurityKey
from wardkey.keys.proving_again import prove_again
from wardkey.people import accounts
from wardkey.people.models import Person
from wardkey.reports.models import DailyCount
from wardkey.reports.overview import coverage

THISTLE = model("Thistle Two")
# Between two acts there are days, or enough for a key to lapse, or to be unused.
DAYS = (1, 1, 1, 2, 31, 62, 91)
TURNS = 30


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class Town:
    """Everybody below the platform, and what may happen to them. `keys` has those in software."""

    def __init__(self, cast, chance):
        self.cast, self.chance = cast, chance
        self.keys, self.blobs = {}, 0
        self.acts = [
            *[self.register] * 3,
            *[self.use] * 4,
            *(self.suspend_key, self.resume_key, self.remove, self.undo_removal),
            *(self.add, self.suspend, self.resume, self.close, self.move, self.move_twice),
            *[self.take_in_metadata] * 3,
            *(self.found, self.lapse, self.nothing),
        ]

    def at_the_door(self, person: Person) -> Browser:
        """With a key of theirs, once they have one."""
        for row in person.keys.filter(state="active").order_by("nickname"):
            browser = half_signed_in(person)
            expect(200, browser.use(self.keys[row.pk], row))
            return browser
        browser = signed_in(person)
        if browser.own_key:
            soft_key, row = browser.own_key
            self.keys[row.pk] = soft_key
        return browser

    def somebody(self) -> tuple[Browser, Person]:
        person = again(self.chance.choice([self.cast.ben, self.cast.dev, self.cast.wil]))
        admin = self.cast.cara if person.home == self.cast.south else self.cast.asha
        return self.at_the_door(admin), person

    def some_key(self, state: str) -> tuple[Browser, SecurityKey] | None:
        admin, person = self.somebody()
        found = list(person.keys.filter(state=state).order_by("nickname"))
        return (admin, self.chance.choice(found)) if found else None

    def register(self):
        admin, person = self.somebody()
        if person.may_sign_in:
            soft_key = self.chance.choice([SoftKey, self.a_thistle])()
            soft_key.name = f"No {len(self.keys)}"
            row = admin.register(desk_of(person), soft_key, soft_key.name)
            self.keys[row.pk] = soft_key

    def a_thistle(self):
        return (
            SoftKey()
            if ModelUnderReview.objects.filter(pk=THISTLE.aaguid).exists()
            else key_of(THISTLE)
        )

    def use(self):
        found = self.some_key("active") or self.some_key("waiting")
        if found and found[1].is_usable and found[1].holder.may_sign_in:
            expect(200, half_signed_in(found[1].holder).use(self.keys[found[1].pk], found[1]))

    def of_a_key(self, state, what):
        if found := self.some_key(state):
            admin, key = found
            admin.submit(f"{desk_of(key.holder)}{key.pk}/{what}/")

    def suspend_key(self):
        self.of_a_key("active", "suspend")

    def resume_key(self):
        self.of_a_key("suspended", "resume")

    def remove(self):
        self.of_a_key("active", "remove")
        self.of_a_key("waiting", "remove")

    def undo_removal(self):
        self.of_a_key("removed", "undo")

    def add(self):
        added(
            self.at_the_door(self.cast.asha),
            f"n{len(self.keys)}{self.chance.random()}@north.example",
        )

    def suspend(self):
        admin, person = self.somebody()
        act(admin, person, "suspend/")

    def resume(self):
        admin, person = self.somebody()
        act(admin, person, "resume/")

    def close(self):
        act(self.at_the_door(self.cast.asha), self.cast.hal, "close/")

    def move(self):
        """As both sides let them."""
        admin, person = self.somebody()
        if person.home != self.cast.south and person.may_sign_in:
            code = joiner_code_of(self.at_the_door(person))
            keys = person.keys.filter(state__in=["active", "suspended"])
            mark_leaver(admin, person, keys=dict.fromkeys(keys, "give"))
            take_on(self.at_the_door(self.cast.cara), code)

    def move_twice(self):
        """As those of an organisation that closes go on: nobody is counted where they only were."""
        _admin, person = self.somebody()
        for place in (self.cast.ward, self.cast.south, self.cast.north):
            if place != person.home:
                accounts.move_home(person=person, organisation=place, by=log.SYSTEM)

    def found(self):
        code = f"O{self.chance.randrange(10**6)}"
        address = f"/admin/organisations/{self.chance.choice(['NORTH', 'SOUTH', 'WARD7'])}/add/"
        self.at_the_door(self.cast.root).submit(address, code=code, name=code)

    def take_in_metadata(self):
        self.chance.choice([self.take_in_none, self.take_in_all, self.take_in_a_report])()

    def take_in_none(self):
        self.take_in()

    def take_in_all(self):
        self.take_in(THISTLE.entry)

    def take_in_a_report(self):
        bad = {"status": "USER_KEY_REMOTE_COMPROMISE", "effectiveDate": "2026-06-01"}
        self.take_in(THISTLE.entry | {"statusReports": [bad]})

    def take_in(self, *of_the_thistle):
        self.blobs += 1
        others = [each for each in CATALOGUE.payload["entries"] if each is not THISTLE.entry]
        take_in(no=self.blobs, entries=[*others, *of_the_thistle])
        while prove_again():
            pass

    def give_wil_a_thistle(self):
        soft_key = key_of(THISTLE)
        row = self.at_the_door(self.cast.asha).register(desk_of(self.cast.wil), soft_key, "Thistle")
        self.keys[row.pk] = soft_key

    def lapse(self):
        lapsing.lapse()

    def nothing(self):
        pass


def require_what_everything_says(day: date) -> None:
    rows = DailyCount.objects.filter(day=day).values_list("organisation_id", "name", "count")
    assert {(pk, name): count for pk, name, count in rows} == everything()


def test_each_night_is_what_a_count_of_everything_is(cast, monkeypatch):
    monkeypatch.setattr(coverage, "COUNTED_AT_A_TIME", 2)
    monkeypatch.setattr(coverage, "CARRIED_AT_A_TIME", 3)
    monkeypatch.setattr(coverage, "ENTRIES_AT_A_TIME", 3)
    chance = random.Random(44)
    town, day = Town(cast, chance), clock.now().date() + timedelta(days=1)
    figures = {}
    told = [[town.take_in_all, town.give_wil_a_thistle], [town.take_in_a_report]]
    for turn in range(TURNS):
        with clock.standing_at(midnight(day) + timedelta(hours=12)):
            at_random = chance.choices(town.acts, k=chance.choice([1, 1, 4]))
            for happens in told[turn] if turn < len(told) else at_random:
                happens()
        with clock.standing_at(midnight(day) + timedelta(days=1, minutes=2)):
            coverage.count_yesterday()
            require_what_everything_says(day)
            figures |= everything()
        day += timedelta(days=chance.choice(DAYS) if turn else 1)
    happened = set(ChangeEntry.objects.values_list("code", flat=True))
    assert {"key.used_again", "key.lapsed", "person.home_moved"} <= happened
    assert {"keys_in_review", "keys_unused_90_days"} <= {name for _organisation, name in figures}
