"""The guide at reading age 9 to 12: the formula of Flesch and Kincaid, over what each page says.

It counts how long sentences and words are and knows nothing else; a grade is a year of American
school, which begins at the age of about six. Grades 4 to 7 are the ages of 9 to 12.
"""

import re

import pytest

from wardkey.guide import searching

pytestmark = pytest.mark.looks_only
SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)")
WORD = re.compile(r"[a-z]+(?:[’'][a-z]+)?")
SILENT = re.compile(r"(?<=[^aeiouylt])(?:es|ed)$|(?<=[^l])e$")


def syllables(word: str) -> int:
    spoken = word if len(word) < 4 else SILENT.sub("", word)
    return max(1, len(re.findall("[aeiouy]+", spoken)))


def grade(passages: tuple[str, ...]) -> float:
    text = ". ".join(passages).lower()
    sentences = [words for each in SENTENCE.split(text) if (words := WORD.findall(each))]
    words = [word for sentence in sentences for word in sentence]
    a_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * a_word - 15.59


def test_syllables_are_counted_about_as_they_are_spoken():
    spoken = {"token": 2, "key": 1, "removed": 2, "administrator": 5, "table": 2, "made": 1}
    assert {word: syllables(word) for word in spoken} == spoken


def test_every_page_of_the_guide_is_for_readers_of_nine_to_twelve(db):
    pages = {page.address: page.passages for page in searching.findable() if page.passages}
    hard = {address: round(grade(said), 1) for address, said in pages.items() if grade(said) > 7}
    assert hard == {}
    assert grade(tuple(said for each in pages.values() for said in each)) < 5
