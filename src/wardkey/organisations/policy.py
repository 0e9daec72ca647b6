"""What an organisation asks of its people.

Each value has a default. An organisation without a value of its own has that of the nearest one
above it. `policy_of` reads all of them with one query.
"""

from dataclasses import asdict, dataclass

from ..base import clock
from .models import Organisation, PolicyValue


@dataclass(frozen=True, slots=True)
class Policy:
    """`second_factor`: optional, administrators or everyone. `handover`: first_use.

    `models`: any, attested or listed; `listed_models` are their ids with commas between.
    `minimum_certification` is a keymodels Certification. `synced_passkeys`: refused or allowed.
    """

    second_factor: str = "everyone"
    handover: str = "first_use"
    keys_a_person: int = 10
    models: str = "any"
    listed_models: str = ""
    minimum_certification: int = 0
    synced_passkeys: str = "refused"

    def asks_for_second_factor(self, *, is_administrator: bool) -> bool:
        if self.second_factor == "everyone":
            return True
        return is_administrator and self.second_factor != "optional"


def policy_of(organisation: Organisation) -> Policy:
    values = _values_in_force(organisation)
    defaults = asdict(Policy())
    return Policy(
        **{name: type(value)(values.get(name, value)) for name, value in defaults.items()}
    )


def _values_in_force(organisation: Organisation) -> dict[str, str]:
    nearness = {id: place for place, id in enumerate(organisation.ids_to_root)}
    rows = PolicyValue.objects.filter(organisation_id__in=nearness, starts_at__lte=clock.now())
    far_and_old_first = sorted(
        rows, key=lambda row: (-nearness[row.organisation_id], row.starts_at)
    )
    return {row.name: row.value for row in far_and_old_first}
