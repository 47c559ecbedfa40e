"""Dates as feeds and dumps write them: understood whole, or not at all.

A date that could mean two days means none (contract/additions.md §8): a wrong day is worse than the
day of the import. Day, time and zone are taken out of the text; if anything is left that is not
known to say nothing, the date is not understood.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from common.utils import clock

_LONGEST: Final = 100  # characters; nothing longer is a date
_EARLIEST_YEAR: Final = 1990  # dates before the web are mistakes
_END_OF_NUMBERS: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_PARTS_OF_SECONDS: Final = (1, 10**3, 10**6, 10**9)  # numbers count one of these
_PIVOT: Final = 50  # two-digit years from here on are of the last century (RFC 5322 §4.3)

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_HOURS: Final = {  # of zones by their names; a name of several zones is none of them
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "mez": 1,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9,
    "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_CHINA: Final = ZoneInfo("Asia/Shanghai")
_CHINESE_NAMES: Final = frozenset({"北京时间", "中国标准时间", "china standard time"})

_NUMERALS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TENS: Final = re.compile(r"([1-9]?)十([1-9]?)")
_HAS_NUMERALS: Final = re.compile("[〇零一二三四五六七八九十]+[年月]")
_NUMBERED_WEEKDAY: Final = re.compile("(星期|周|週|礼拜)[一二三四五六]")
_NUMBER: Final = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}|\d{16}|\d{19}")
_REWRITES: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\([^()]*\)|\[[^\[\]]*\]", " "),
        (r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?", " "),
        (r"(?:星期|周|週|礼拜)[1-6日天]?|[月火水木金土日]曜日?", " "),
        (r"^(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)(?!\d)", r"\1-\2-\3 \4:\5:0\6 "),
        (r"^(\d{4})(\d\d)(\d\d)(?!\d)", r"\1-\2-\3 "),
        (r":0(\d\d)\b", r":\1"),
        (r":0 ", " "),
        (r"(?<=\d)t(?=\d)|\b(?:at|on)\b|,", " "),
        (r"\s+", " "),
    )
)
_MONTH_NAME: Final = re.compile(
    rf"(?<![a-z])({'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![a-z])\.?"
)
_YEAR_LAST: Final = re.compile(r"^m(\d+) (\d{1,2}) (\d{1,2}:.*) (\d{4})$")  # C's ctime
_DAYS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4}) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日号일]?",
        r"(?<![\d.:])(?P<y>\d{4})(?P<s>[-/.]) ?(?P<m>\d{1,2})(?P=s) ?(?P<d>\d{1,2})(?!\d)\.?",
        r"(?<!\d)(?P<y>\d{4})[ -]*m(?P<m>\d+)[ -]+(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?(?: of)?[ /-]*m(?P<m>\d+)[ /-]+"
        r"(?P<y>\d{4}|\d{2})(?![\d:])",
        r"m(?P<m>\d+)[ /-]+(?P<d>\d{1,2})(?:st|nd|rd|th)?[ /-]+(?P<y>\d{4})(?![\d:])",
        r"(?<!\d)(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})(?!\d)(?P<either>)",
    )
)
_MORNING: Final = ("a", "上午", "早上", "凌晨", "오전")
_HALF: Final = r"[ap]\.?m\b\.?|上午|下午|中午|晚上|凌晨|早上|오전|오후"
_TIME: Final = re.compile(
    rf"(?:(?P<before>{_HALF}) ?)?(?<![\d+-])(?P<h>\d{{1,2}})"
    r"(?: ?[:点點时時시] ?(?P<i>\d{1,2})"
    r"(?: ?[:分분] ?(?P<s>\d{1,2})(?:[.,]\d+)?)?(?!\d) ?[分秒분초]?"
    rf"(?: ?(?P<after>{_HALF}))?| ?(?P<only>[ap]\.?m\b\.?))"
)
_OFFSET: Final = re.compile(r"(?:gmt|utc)? ?([+\u2212-])(\d{1,2}):?(\d{2})?( [a-z]+)?")


def understood(written: object) -> datetime | None:
    """Product time without zone; None: not a date, not surely one, or before the web.

    :param written: a text, or the number of seconds, milliseconds, micro- or nanoseconds since the
        epoch; a text without zone is product time
    """
    try:
        moment = _of_text(written) if isinstance(written, str) else _of_number(written)
    except (ValueError, OverflowError):  # no such day, hour or zone
        return None
    return moment if moment is not None and moment.year >= _EARLIEST_YEAR else None


def _of_number(written: object) -> datetime | None:
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    for parts in _PARTS_OF_SECONDS:
        if 0 < written / parts < _END_OF_NUMBERS:
            return clock.from_ms(int(written / parts) * 1000)
    return None


def _of_text(written: str) -> datetime | None:
    if (iso := _iso(written)) is not None:
        return iso
    text = " ".join(unicodedata.normalize("NFKC", written[: _LONGEST + 1]).lower().split())
    if not text or len(text) > _LONGEST:
        return None
    if _NUMBER.fullmatch(text):
        return _of_number(float(text))
    text = _rewritten(text)
    is_of_c = (text_of_c := _YEAR_LAST.sub(r"\2 m\1 \4 \3", text)) != text
    day, rest = _take_day(text_of_c)
    if day is None:
        return None
    at, days, rest = _take_time(rest)
    moment = datetime.combine(day, at) + timedelta(days=days)
    return _in_product_time(moment, " ".join(rest.split()), is_of_c=is_of_c)


def _iso(written: str) -> datetime | None:
    """The usual case, quickly."""
    if len(written) < len("2024-05-18") or written[4:5] != "-" or not written.isascii():
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(clock.zone())
    return moment.replace(tzinfo=None, microsecond=0)


def _rewritten(text: str) -> str:
    """One way of writing for what is written in many."""
    if _HAS_NUMERALS.search(text):
        text = _TENS.sub(_tens, text.translate(_NUMERALS))
    else:
        text = _NUMBERED_WEEKDAY.sub(r"\1", text)
    for pattern, instead in _REWRITES:
        text = pattern.sub(instead, text)
    return _MONTH_NAME.sub(lambda match: f"m{_MONTHS[match[1]]}", text).strip()


def _tens(match: re.Match[str]) -> str:
    return str(int(match[1] or 1) * 10 + int(match[2] or 0))


def _take_day(text: str) -> tuple[date | None, str]:
    """The day, and the text without it; None if there is none, or it could be two."""
    for pattern in _DAYS:
        match = pattern.search(text)
        if match is None:
            continue
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        if len(match["y"]) == 2:
            year += 2000 if year < _PIVOT else 1900
        if (
            "either" in pattern.groupindex
        ):  # the day or the month first: known only if one is no month
            if month > 12:
                month, day = day, month
            elif day <= 12 and day != month:
                return None, text
        return date(year, month, day), f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _take_time(text: str) -> tuple[time, int, str]:
    """The time, days to go on, and the text without it; midnight if there is none."""
    match = _TIME.search(text)
    if match is None:
        return time(), 0, text
    hour, minute, second = (int(match[part] or 0) for part in "his")
    half = match["before"] or match["after"] or match["only"]
    if half is not None:
        hour = _of_day(hour, half)
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    if (hour, minute, second) == (24, 0, 0):
        return time(), 1, rest
    return time(hour, minute, min(second, 59) if second == 60 else second), 0, rest


def _of_day(hour: int, half: str) -> int:
    """The hour of 24 for one of twelve."""
    if half.startswith(_MORNING):
        if hour > 12:
            raise ValueError("an hour that no morning has")
        return hour % 12
    if half == "晚上" and hour == 12:
        raise ValueError("midnight of which day?")
    is_before_noon = hour >= 12 or (half == "中午" and hour > 9)
    return hour if is_before_noon else hour + 12


def _in_product_time(moment: datetime, zone: str, *, is_of_c: bool) -> datetime | None:
    if not zone:
        return moment
    found = _zone(zone, moment, is_of_c=is_of_c)
    if found is None:
        return None
    return moment.replace(tzinfo=found).astimezone(clock.zone()).replace(tzinfo=None)


def _zone(name: str, moment: datetime, *, is_of_c: bool) -> tzinfo | None:
    match = _OFFSET.fullmatch(name)
    if match is not None:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] != "+" else offset)
    if name in _CHINESE_NAMES:
        return _CHINA
    own = clock.zone()
    # Mail says CST for Chicago (RFC 822 §5.1); what programs print is what their machine calls so.
    if is_of_c and (moment.replace(tzinfo=own).tzname() or "").lower() == name:
        return own
    hours = _HOURS.get(name)
    return None if hours is None else timezone(timedelta(hours=hours))
