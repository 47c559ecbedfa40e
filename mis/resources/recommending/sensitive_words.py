"""Sensitive words, and the phrases in which they are harmless."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field

from common.schemas.administration.operators import BatchCount
from common.schemas.overseeing.words import (
    AllowedPhrase,
    AllowedPhraseList,
    OverseenWord,
    OverseenWordList,
    WordHitList,
    WordMode,
    WordTrial,
)
from common.services.administration import (
    allowed_phrases,
    word_imports,
    word_list,
    word_trials,
)
from common.services.administration.word_imports import MAX_IMPORT, Imported
from common.utils.constants import MenuId
from common.utils.http.taking import Body
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import NEGATIVE, Absent
from common.utils.parameters.operators import ListQuery, choice
from common.utils.parser import Text, Whole
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.SENSITIVE_WORDS
MAX_WEIGHT = 2**31 - 1
MAX_TRIED = 100_000  # characters of a text
IMPORT_BYTES = 4 * 1024 * 1024

LISTING = Permission("sensitive-word-list-get", "敏感词列表查询", MENU)
ADDING = Permission("sensitive-word-list-post", "敏感词新建", MENU)
DELETING = Permission("sensitive-word-delete", "敏感词删除", MENU)

Wording = Annotated[str, Text(1, 50)]
Weight = Annotated[int, Whole(0, MAX_WEIGHT, NEGATIVE)]
Mode = Annotated[int, choice(WordMode.DEFAULT, WordMode.EVASIONS)]
OptionalWording = Annotated[Wording | None, Absent()]
OptionalMode = Annotated[Mode | None, Absent()]


class WordQuery(ListQuery):
    word: OptionalWording = None


class WordCreate(BaseModel):
    word: Wording
    weights: Weight
    mode: Mode = WordMode.DEFAULT


class WordEdit(BaseModel):
    word: OptionalWording = None
    weights: Annotated[Weight | None, Absent()] = None
    mode: OptionalMode = None


class ImportedWord(BaseModel):
    word: Wording
    weights: Weight
    mode: OptionalMode = None


class Import(BaseModel):
    words: Annotated[list[ImportedWord], Field(min_length=1, max_length=MAX_IMPORT)]


class TriedText(BaseModel):
    text: Annotated[str, Text(1, MAX_TRIED, lines=True)]


class TriedWord(BaseModel):
    word: Wording
    mode: Mode = WordMode.DEFAULT


class PhraseQuery(ListQuery):
    phrase: OptionalWording = None


class Phrase(BaseModel):
    phrase: Wording


class WordListResource(OperatorResource):
    """The list."""

    permissions = permitted(get=LISTING, post=ADDING)

    def get(self, query: WordQuery) -> OverseenWordList:
        """Words that contain a text, the latest changed first."""
        return word_list.list_words(
            word=query.word, by_id=query.by_id, page=query.page, per_page=query.per_page
        )

    def post(self, body: WordCreate) -> tuple[OverseenWord, Created]:
        """List a word; every process looks for it within a second."""
        return word_list.create_word(operator(), body.model_dump()), HTTPStatus.CREATED


class WordResource(OperatorResource):
    """One word."""

    permissions = permitted(
        get=Permission("sensitive-word-get", "敏感词详情查询", MENU),
        put=Permission("sensitive-word-put", "敏感词修改", MENU),
        delete=DELETING,
    )

    def get(self, word_id: int) -> OverseenWord:
        """A word with how often it held something back."""
        return word_list.get_word(word_id)

    def put(self, word_id: int, body: WordEdit) -> tuple[OverseenWord, Created]:
        """Change what is given."""
        edited = word_list.edit_word(operator(), word_id, body.model_dump(exclude_none=True))
        return edited, HTTPStatus.CREATED

    def delete(self, word_id: int) -> tuple[None, NoContent]:
        """Forget it."""
        word_list.delete_word(operator(), word_id)
        return None, HTTPStatus.NO_CONTENT


class WordImportResource(OperatorResource):
    """Many words at once."""

    permissions = permitted(post=ADDING)

    def post(
        self, body: Annotated[Import, Body(max_bytes=IMPORT_BYTES)]
    ) -> tuple[BatchCount, Created]:
        """List all of these; known ones get the new weight, and the mode if one is given."""
        words = (Imported(each.word, each.weights, each.mode) for each in body.words)
        return word_imports.import_words(operator(), words), HTTPStatus.CREATED


class WordTestResource(OperatorResource):
    """A text that is tried."""

    permissions = permitted(post=LISTING)

    def post(self, body: TriedText) -> WordHitList:
        """Where words of the list stand in a text, and by which rule."""
        return word_trials.try_text(body.text)


class WordTrialResource(OperatorResource):
    """A word that is tried."""

    permissions = permitted(post=LISTING)

    def post(self, body: TriedWord) -> WordTrial:
        """How many of last week's articles and comments a word would have struck."""
        return word_trials.try_word(body.word, body.mode)


class AllowedPhraseListResource(OperatorResource):
    """Phrases in which words are harmless."""

    permissions = permitted(get=LISTING, post=ADDING, delete=DELETING)

    def get(self, query: PhraseQuery) -> AllowedPhraseList:
        """The phrases, the latest first."""
        return allowed_phrases.list_phrases(
            phrase=query.phrase, page=query.page, per_page=query.per_page
        )

    def post(self, body: Phrase) -> tuple[AllowedPhrase, Created]:
        """Shield the words inside a phrase."""
        return allowed_phrases.allow_phrase(operator(), body.phrase), HTTPStatus.CREATED

    def delete(self, body: Phrase) -> tuple[None, NoContent]:
        """Shield nothing in it any more."""
        allowed_phrases.disallow_phrase(operator(), body.phrase)
        return None, HTTPStatus.NO_CONTENT
