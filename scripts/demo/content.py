"""Reading the demo's texts: channels with articles and comments, people, announcements, words.

The files are ours, so a mistake in one of them is an error that names file and line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from common.utils.constants import CoverKind, Gender
from scripts.demo import asides
from scripts.demo.artwork import MOTIFS
from scripts.demo.asides import Asides
from scripts.demo.lines import ContentError, Lines, open_lines
from scripts.demo.markup import PICTURE
from scripts.demo.remark import Remark

ROOT: Final = Path(__file__).parent / "content"

_TITLE: Final = re.compile(r"# (.+)")
_PROPERTY: Final = re.compile(r"- (作者|封面|天前|置顶): (.+)")
_REMARK: Final = re.compile(r"(>>?) ([^:>]+): (.+)")
_CHANNEL_FILE: Final = re.compile(r"(\d\d)-([a-z]+)\.md")
_CHANNEL_NAME: Final = re.compile(r"频道: (.+)")
_LONGEST_TITLE: Final = 128
_PICTURE_START: Final = "[插图"


@dataclass(frozen=True)
class Person:
    """An author (with a certificate) or a reader; ``portrait`` is what his picture grows from."""

    name: str
    gender: Gender
    birthday: date
    introduction: str
    certificate: str | None
    portrait: str


@dataclass(frozen=True)
class ArticleText:
    """An article as written; ``body`` is Markdown, ``age`` how long ago it appeared.

    ``remarks`` were written for it; what is said below it, :class:`conversations.Talk` decides.
    """

    title: str
    author: str
    cover: CoverKind
    age: timedelta
    is_pinned: bool
    body: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class ChannelText:
    """A channel file; ``slug`` names the theme of its pictures."""

    channel_id: int
    slug: str
    name: str
    articles: tuple[ArticleText, ...]


@dataclass(frozen=True)
class AnnouncementText:
    """An announcement; ``body`` is Markdown."""

    title: str
    age: timedelta
    body: str


@dataclass(frozen=True)
class Content:
    """Everything, in the order of the files."""

    channels: tuple[ChannelText, ...]
    authors: tuple[Person, ...]
    readers: tuple[Person, ...]
    announcements: tuple[AnnouncementText, ...]
    sensitive_words: tuple[tuple[str, int], ...]  # word and weight
    asides: tuple[Asides, ...]

    @property
    def articles(self) -> Iterator[tuple[ChannelText, ArticleText]]:
        """All articles with their channels."""
        return ((channel, article) for channel in self.channels for article in channel.articles)


def read(root: Path = ROOT) -> Content:
    """Read all files below ``root``.

    :raises ContentError: one of them breaks the format
    """
    authors, readers = _read_people(root / "people.toml")
    return Content(
        channels=tuple(
            _read_channel(
                path,
                authors={person.name for person in authors},
                names={person.name for person in (*authors, *readers)},
            )
            for path in sorted((root / "channels").glob("*.md"))
        ),
        authors=authors,
        readers=readers,
        announcements=_read_announcements(root / "announcements.md"),
        sensitive_words=_read_words(root / "sensitive_words.txt"),
        asides=asides.read(root / "asides.md"),
    )


def _read_channel(path: Path, *, authors: set[str], names: set[str]) -> ChannelText:
    lines = open_lines(path)
    file_name = _CHANNEL_FILE.fullmatch(path.name)
    if file_name is None:
        lines.fail("the file name is not <two digits>-<slug>.md")
    heading = _CHANNEL_NAME.fullmatch(lines.lines[0] if lines.lines else "")
    if heading is None:
        lines.fail("the first line is not '频道: <name>'")
    rest = lines.part(1, len(lines.lines))
    return ChannelText(
        channel_id=int(file_name[1]),
        slug=file_name[2],
        name=heading[1].strip(),
        articles=tuple(_read_article(part, authors, names) for part in rest.sections()),
    )


def _read_article(part: Lines, authors: set[str], names: set[str]) -> ArticleText:
    title, properties, rest = _read_head(part)
    remarks_from = _remarks_start(rest.lines)
    author = properties.get("作者", "")
    if author not in authors:
        part.fail(f"unknown author {author!r}")
    body = "\n".join(rest.lines[:remarks_from]).strip()
    if not body:
        part.fail("the article has no body")
    _check_pictures(rest)
    return ArticleText(
        title=title,
        author=author,
        cover=_cover(part, properties.get("封面", "")),
        age=_age(part, properties.get("天前", "")),
        is_pinned=properties.get("置顶") == "是",
        body=body,
        remarks=_read_remarks(rest.part(remarks_from, len(rest.lines)), names),
    )


def _check_pictures(part: Lines) -> None:
    """A caption names what the picture shows."""
    for index, line in enumerate(part.lines):
        if not line.startswith(_PICTURE_START):
            continue
        match = PICTURE.fullmatch(line)
        if match is None or match[1] not in MOTIFS:
            part.fail(f"a picture is '[插图: <motif>] <caption>', not {line!r}", index)
        if match[1] not in match[2]:
            part.fail(f"the caption does not say that the picture shows {match[1]}", index)


def _read_head(part: Lines) -> tuple[str, dict[str, str], Lines]:
    """Title, properties, and what follows them."""
    match = _TITLE.fullmatch(part.lines[0])
    title = match[1].strip() if match else ""
    if not title or len(title) > _LONGEST_TITLE:
        part.fail(f"a title has 1 to {_LONGEST_TITLE} characters")
    properties: dict[str, str] = {}
    index = 1
    while index < len(part.lines) and (line := _PROPERTY.fullmatch(part.lines[index])):
        if line[1] in properties:
            part.fail(f"{line[1]} is given twice", index)
        properties[line[1]] = line[2].strip()
        index += 1
    return title, properties, part.part(index, len(part.lines))


def _cover(part: Lines, text: str) -> CoverKind:
    try:
        return CoverKind(int(text))
    except ValueError:
        part.fail(f"封面 is 0, 1 or 3, not {text!r}")


def _age(part: Lines, text: str) -> timedelta:
    try:
        days = float(text)
    except ValueError:
        part.fail(f"天前 is a number of days, not {text!r}")
    if not 0 < days <= 45:
        part.fail("天前 lies between 0 and 45")
    return timedelta(seconds=round(days * 86_400))


def _remarks_start(lines: list[str]) -> int:
    """Index of the first of the ``>`` lines that end the article."""
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].startswith(">"):
            start = index
        elif lines[index].strip():
            break
    return start


def _read_remarks(part: Lines, names: set[str]) -> tuple[Remark, ...]:
    threads: list[tuple[Remark, list[Remark]]] = []
    for index, line in enumerate(part.lines):
        if not line.strip():
            continue
        match = _REMARK.fullmatch(line.strip())
        if match is None:
            part.fail("a comment is '> <name>: <text>', a reply begins with '>>'", index)
        remark = Remark(author=match[2].strip(), content=match[3].strip())
        if remark.author not in names:
            part.fail(f"unknown name {remark.author!r}", index)
        if match[1] == ">":
            threads.append((remark, []))
        elif threads:
            threads[-1][1].append(remark)
        else:
            part.fail("a reply without a comment", index)
    return tuple(Remark(top.author, top.content, tuple(replies)) for top, replies in threads)


def _read_people(path: Path) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    try:
        tables = tomllib.loads("\n".join(open_lines(path).lines))
        return (
            tuple(_person(table, certificate=table["certi"]) for table in tables["author"]),
            tuple(_person(table, certificate=None) for table in tables["reader"]),
        )
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise ContentError(f"{path.name}:1: {error!r}") from error


def _person(table: dict[str, str], *, certificate: str | None) -> Person:
    number = table.get("portrait")
    return Person(
        name=table["name"],
        gender=Gender(int(table["gender"])),
        birthday=date.fromisoformat(table["birthday"]),
        introduction=table["intro"],
        certificate=certificate,
        portrait=f"{table['name']} {number}" if number else table["name"],
    )


def _read_announcements(path: Path) -> tuple[AnnouncementText, ...]:
    announcements = []
    for part in open_lines(path).sections():
        title, properties, rest = _read_head(part)
        body = "\n".join(rest.lines).strip()
        if not body:
            part.fail("the announcement has no text")
        announcements.append(AnnouncementText(title, _age(part, properties.get("天前", "")), body))
    return tuple(announcements)


def _read_words(path: Path) -> tuple[tuple[str, int], ...]:
    lines = open_lines(path)
    words = []
    for index, line in enumerate(lines.lines):
        word, _, weight = line.partition("\t")
        if not word or not weight.isdecimal():
            lines.fail("a line is '<word><tab><weight>'", index)
        words.append((word, int(weight)))
    return tuple(words)
