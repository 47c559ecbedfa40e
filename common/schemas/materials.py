"""Pictures of an editor, as lists and answers show them (contract/media-platform.md 2.23–2.26)."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class UploadedMaterial(TypedDict):
    """A picture that was taken into the library."""

    id: int
    url: str


class UploadedPicture(TypedDict):
    """A picture that was taken in; one in a library has an id."""

    id: NotRequired[int]
    url: str


class MaterialCard(TypedDict):
    """A picture of the library; ``used_in`` counts its uses (contract/additions.md §2)."""

    id: int
    url: str
    is_collected: bool
    used_in: int


class MaterialList(TypedDict):
    """A page of the library."""

    total_count: int
    page: int
    per_page: int
    results: list[MaterialCard]


class MaterialUseCard(TypedDict):
    """Something that shows a picture.

    An article has its id and title, a revision also its version; an autosave has no article as
    long as the text was never saved.
    """

    kind: Literal["body", "cover", "revision", "autosave", "avatar"]
    article_id: NotRequired[int | None]
    title: NotRequired[str]
    version: NotRequired[int]
    autosave_id: NotRequired[int]


class MaterialUseList(TypedDict):
    """A page of what shows a picture."""

    total_count: int
    page: int
    per_page: int
    results: list[MaterialUseCard]


class CollectedMaterial(TypedDict):
    """Whether a picture is marked."""

    id: int
    collect: bool
