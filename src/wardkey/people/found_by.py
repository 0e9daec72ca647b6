"""The words by which people are found: models of this room, with the others in models.py."""

from django.db import models

from ..organisations.models import Organisation


class SearchWord(models.Model):
    """One word under which a person is found, with their home, so that a branch is one range.

    There are six a person. The indexes below begin with either key, which needs none of its own.
    The database does not check the two: nobody's row is ever deleted, nor any organisation's, and
    of an import of people the checks took longer than anything else.
    """

    person = models.ForeignKey(
        "people.Person",
        models.CASCADE,
        related_name="search_words",
        db_index=False,
        db_constraint=False,
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    word = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "word"], name="each_search_word_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "word"],
                name="search_in_organisation",
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
            # All that a search wants to know; on PostgreSQL with the collation of finding.py.
            models.Index(fields=["word", "organisation", "person"], name="search_every_branch"),
        ]


class WordPart(models.Model):
    """Three letters from the middle of a word by which people are found, or were: nobody's own."""

    word = models.CharField(max_length=64)
    part = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "part"], name="each_part_of_a_word_once")
        ]
        indexes = [models.Index(fields=["part", "word"], name="words_with_a_part")]


class WordPair(models.Model):
    """Two of a person's words, in the order of letters, by which they are found at once (pairs.py).

    Unchecked, as `SearchWord` is.
    """

    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    first = models.CharField(max_length=64)
    second = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "first", "second"], name="each_pair_of_words_once"
            )
        ]
        indexes = [
            # On PostgreSQL with the collation of statements.py.
            models.Index(
                fields=["first", "second", "organisation", "person"], name="two_words_together"
            )
        ]


class UnpairedWord(models.Model):
    """What some people are found by, or were, of which no pairs are kept: nobody's own."""

    word = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word"], name="each_unpaired_word_once")]
        indexes = [
            models.Index(
                fields=["word"], name="unpaired_by_beginning", opclasses=["varchar_pattern_ops"]
            )
        ]


class PairsUpTo(models.Model):
    """The one row that says from which place in the tree of changes on somebody may lack pairs
    (missed_pairs.py)."""

    ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONE)
    leaf_index = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.leaf_index)
