"""What was committed gets its place in the tree; nobody who writes waits for it.

    seal_some     the next entries of one stream, in one transaction
    seal_all      all that are committed by now, also where another sealer is at work

An entry is written without a place. Whatever a sealer sees is committed, and whatever it does not
see yet comes later, so that neither the order of commits nor ids that were rolled back matter.
Sealers queue for the stream's row in `Tree`, or rather leave it to the one who has it.
"""

from django.db import connection

from ..base.copying import short_transaction
from .models import TABLES, Numbering, Tree
from .tiles import append
from .tree import leaf_hash

AT_A_TIME = 1000

Place = tuple[int, int, int]  # leaf index, number, id of the entry


def seal_some(stream: str) -> bool:
    """Whether there may be more."""
    if not TABLES[stream].objects.filter(leaf_index=None).exists():
        return False
    Tree.objects.get_or_create(pk=stream)
    with short_transaction():
        tree = Tree.objects.select_for_update(skip_locked=True).filter(pk=stream).first()
        return tree is not None and _seal(tree) == AT_A_TIME


def seal_all(stream: str) -> None:
    Tree.objects.get_or_create(pk=stream)
    sealed = AT_A_TIME
    while sealed == AT_A_TIME:
        with short_transaction():
            sealed = _seal(Tree.objects.select_for_update().get(pk=stream))


def _seal(tree: Tree) -> int:
    entries = TABLES[tree.pk].objects.filter(leaf_index=None).order_by("pk")
    rows = list(entries.values_list("pk", "organisation_id", "canonical")[:AT_A_TIME])
    if not rows:
        return 0
    numbers = _numbers(tree.pk, [organisation or 0 for _pk, organisation, _bytes in rows])
    places = [
        (tree.size + at, number, pk)
        for at, ((pk, *_rest), number) in enumerate(zip(rows, numbers, strict=True))
    ]
    leaves = [
        leaf_hash(leaf(number, bytes(canonical)))
        for (*_rest, canonical), number in zip(rows, numbers, strict=True)
    ]
    append(tree.pk, size=tree.size, leaves=leaves)
    _place(tree.pk, places)
    Tree.objects.filter(pk=tree.pk).update(size=tree.size + len(rows))
    return len(rows)


def leaf(number: int, canonical: bytes) -> bytes:
    """What is hashed: with the number, so that an organisation sees that none of theirs lacks."""
    return b"%d\n%b" % (number, canonical)


def _numbers(stream: str, organisations: list[int]) -> list[int]:
    """The next number of each organisation, as often as it comes."""
    known = Numbering.objects.filter(stream=stream, organisation_id__in=set(organisations))
    counted = dict(known.values_list("organisation_id", "entries"))
    numbers = []
    for organisation in organisations:
        counted[organisation] = counted.get(organisation, 0) + 1
        numbers.append(counted[organisation])
    Numbering.objects.bulk_create(
        [
            Numbering(stream=stream, organisation_id=organisation, entries=entries)
            for organisation, entries in counted.items()
        ],
        update_conflicts=True,
        unique_fields=["stream", "organisation_id"],
        update_fields=["entries"],
    )
    return numbers


def _place(stream: str, places: list[Place]) -> None:
    table = connection.ops.quote_name(TABLES[stream]._meta.db_table)  # noqa: SLF001  documented
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"UPDATE {table} SET leaf_index = %s, number = %s WHERE id = %s",  # noqa: S608
                places,
            )
            return
        cursor.execute(
            f"UPDATE {table} SET leaf_index = placed.leaf, number = placed.number"  # noqa: S608
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS placed (leaf, number, id)"
            f" WHERE {table}.id = placed.id",
            [list(column) for column in zip(*places, strict=True)],
        )
