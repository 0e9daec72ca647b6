"""Names as they are spread: a few are common, most are rare, and each region has some of its own.

How often a name is drawn falls with its rank (Zipf). Behind the common family names comes a long
tail that is put together from syllables. All of it is invented, or everybody's.
"""

from dataclasses import dataclass
from itertools import accumulate, product
from random import Random

# Given names, family names, and the syllables of rare family names; one line for each region.
EVERYWHERE = (
    """Anna James Olivia Ben Sarah Tom Grace Sam Emma Jack Lucy Daniel Ruth Adam Kate Paul Jane
    Mark Helen Peter Claire Simon Laura David Alice Robert Joan Martin Amy Neil Rose Ian Eve""",
    """Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker White Edwards
    Green Hall Wood Harris Martin Clarke Jackson Turner Hill Cooper Ward Moore Baker Bell King""",
    """ash bex col dun el fair gar hol kin lan mar nor pres rad stan thorn wex yar
    | bur den field ford ham ley low mere ridge stead stock ton wick worth bridge combe""",
)
OF_REGIONS = (
    (
        "Siân Rhys Llinos Owain Ffion Dafydd Ceri Gwenllïan Iwan Nêst Tomos Efa",
        "Llewellyn Pritchard Bevan Gwynne Parry Powell Rhŷs Môn Probert Meredith Cadwaladr",
        "llan aber pen tre cwm nant pont bryn|wen fach mawr goch dre las fan gwyn",
    ),
    (
        "José María Lucía Ángel Inés Ramón Begoña Íñigo Núria Joaquín Sofía Andrés",
        "García Martínez López Sánchez Pérez Gómez Núñez Muñoz Ibáñez Peña Álvarez Ordóñez",
        "al bar cas des fer gon her mon|ada edo ella era ilo ona uela uña",
    ),
    (
        "Łukasz Agnieszka Michał Zofia Paweł Małgorzata Stanisław Żaneta Bożena Grzegorz Jan Ewa",
        "Kowalski Nowak Wiśniewski Wójcik Kamiński Zając Król Błaszczyk Ślusarz Dąbrowski Łoś",
        "bor czar dob gór jas kras mał sied|ecki iński owicz ak czyk owska ewicz ula",
    ),
    (
        "Jürgen Käthe Björn Anneliese Günter Sören Åsa Mette Øyvind Jørgen Lärke Ingrid",
        "Müller Schröder Weiß Jäger Krüger Sørensen Østergård Lindström Åkesson Bjørnstad Groß",
        "berg burg eich feld gold hohl kalt lang|auer brecht hoff mann meier stein thal wald",
    ),
    (
        "Mehmet Ayşe Çağla Işıl Yiğit Gülşen Ömer Şebnem Fatma Kerem Zeynep İlker",
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Özdemir Arslan Doğan Kılıç",
        "ak al bay çam dağ er gün kara|baş can kan lı oğlu soy tekin türk",
    ),
    (
        "Priya Arjun Anjali Rohan Meera Vikram Sunita Kiran Nisha Raj Deepa Amit",
        "Sharma Singh Kaur Gupta Reddy Mehta Iyer Nair Chaudhry Desai Joshi Rao",
        "bal chan dev gan jag kri mad nar|aswamy esh inder kumar lal nath pal want",
    ),
    (
        "Niamh Seán Aoife Ciarán Róisín Pádraig Siobhán Eoin Gráinne Tadhg Órla Fionn",
        "Murphy Kelly Byrne Ryan Doyle McCarthy Nolan Gallagher Ó'Brien Kavanagh Quinn Daly",
        "mac kil don bal cor dur fin rath|aghan anty elly ene igan lin more ney",
    ),
)
OF_THE_REGION, FROM_ANYWHERE = 0.3, 0.1
RARE_SHARE = 0.35  # of family names
FIRST_RANK = 5  # so that nobody's name is every tenth one's


class Drawn:
    """Out of a list that is the top of a longer one: the first is some three times the tenth."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.weights = list(
            accumulate(1 / rank for rank in range(FIRST_RANK, FIRST_RANK + len(names)))
        )

    def draw(self, chance: Random) -> str:
        return chance.choices(self.names, cum_weights=self.weights)[0]


@dataclass(slots=True)
class Names:
    given: Drawn
    common: Drawn
    rare: Drawn


def _names_of(given: str, families: str, syllables: str, chance: Random) -> Names:
    heads, tails = (part.split() for part in syllables.split("|"))
    middles = ["", *"aeio", "an", "er", "ol", "ing", "us", "ar", "en", "ik", "om", "ut", "yl"]
    rare = [f"{a}{b}{c}".capitalize() for a, b, c in product(heads, middles, tails)]
    chance.shuffle(rare)
    return Names(Drawn(given.split()), Drawn(families.split()), Drawn(rare))


class NamesByRegion:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.everywhere = _names_of(*EVERYWHERE, chance)
        self.of_regions = [_names_of(*each, chance) for each in OF_REGIONS]

    def draw(self, region: int) -> tuple[str, str]:
        """Given and family name; now and then two of either."""
        names, chance = self._for(region), self.chance
        given, family = names.given.draw(chance), self._family(names)
        luck = chance.random()
        if luck < 0.05:
            given = f"{given} {names.given.draw(chance)}"
        elif luck < 0.08:
            family = f"{family}-{self._family(names)}"
        return given, family

    def _for(self, region: int) -> Names:
        luck = self.chance.random()
        if luck < OF_THE_REGION:
            return self.of_regions[region % len(self.of_regions)]
        if luck < OF_THE_REGION + FROM_ANYWHERE:
            return self.chance.choice(self.of_regions)
        return self.everywhere

    def _family(self, names: Names) -> str:
        rare = self.chance.random() < RARE_SHARE
        return (names.rare if rare else names.common).draw(self.chance)
