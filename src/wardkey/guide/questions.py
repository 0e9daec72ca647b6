"""Frequently asked questions: all of them, in their groups.

The pages that say no lead to their answers by slug (web/answers.py).
"""

from . import (
    asked_about_logging_in,
    asked_about_people,
    asked_about_stock,
    asked_about_the_portal,
    asked_about_tokens,
    asked_about_words,
    asked_by_administrators,
)

GROUPS = (
    asked_about_logging_in.GROUP,
    asked_about_tokens.GROUP,
    asked_about_the_portal.GROUP,
    asked_about_people.GROUP,
    asked_by_administrators.GROUP,
    asked_about_stock.GROUP,
    asked_about_words.GROUP,
)
QUESTIONS = {each.slug: each for group in GROUPS for each in group.questions}
