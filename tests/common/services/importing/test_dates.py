"""Dates in every usual form mean what they say; what could mean another day means nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from common.services.importing.dates import understood

MINUTE = datetime.fromisoformat("2024-05-18T21:40")
MOMENT = datetime.fromisoformat("2024-05-18T21:40:07")
DAY = datetime.fromisoformat("2024-05-18")


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 18 May 2024 21:40:07 +0800",
        "Sat, 18 May 2024 13:40:07 GMT",
        "18 May 2024 13:40:07 UT",
        "18 May 24 13:40:07 +0000",
        "Sat, 18 May 2024 13:40:07 -0000",
        "Sun, 18 May 2024 21:40:07 +08:00",  # a wrong day of the week says nothing
        "Sat, 18 May 2024 9:40:07 PM +0800",
        "Sat, 18 May 2024 09:40:07 -0400",
        "Sat, 18 May 2024 08:40:07 EST",
        "Sat, 18 May 2024 07:40:07 CST",  # of mail: Chicago
        "Sat, 18-May-2024 13:40:07 GMT",
        "Saturday, 18-May-24 13:40:07 UTC",
        "Sat May 18 21:40:07 2024",
        "Sat May 18 21:40:07 CST 2024",  # of a program: its own zone
        "Sat May 18 22:40:07 JST 2024",
        "Sat May 18 2024 21:40:07 GMT+0800 (中国标准时间)",
        "2024-05-18T21:40:07",
        "2024-05-18T21:40:07+08:00",
        "2024-05-18T13:40:07Z",
        "2024-05-18T13:40:07.123456789Z",
        "2024-05-18t13:40:07z",
        "2024-05-18 21:40:07 +0800 CST",
        "2024-05-18 21:40:07.5",
        "2024-05-18 13:40:07 UTC",
        "20240518T214007",
        "20240518T134007Z",
        "20240518214007",
        "2024/05/18 21:40:07",
        "2024.05.18 21:40:07",
        "２０２４年５月１８日　２１：４０：０７",
        "2024年5月18日 21时40分07秒",
        "2024年5月18日 下午9:40:07",
        "2024年5月18日 星期六 晚上9点40分7秒",
        "二〇二四年五月十八日 21:40:07",
        "2024年05月18日(土) 21:40:07",
        "2024년 5월 18일 오후 9:40:07",
        "18/05/2024 21:40:07",
        "5/18/2024 9:40:07 PM",
        "18.05.2024 21:40:07",
        "May 18, 2024 9:40:07 p.m.",
        "Saturday, May 18th, 2024 at 9:40:07 PM",
        "18th of May 2024 21:40:07",
        "2024-May-18 21:40:07",
        " Sat,  18   May 2024\n21:40:07 +0800 ",
        "Sat, 18 May 2024 21:40:07 +0800 (CST)",
        "2024-05-18 21:40:07 北京时间",
        "1716039607",
        "1716039607000",
        "1716039607.5",
        1716039607,
        1716039607000,
        1716039607000000,
        1716039607000000000,
        1716039607.25,
    ],
)
def test_a_moment_is_understood_however_it_is_written(written: object):
    assert understood(written) == MOMENT


@pytest.mark.parametrize(
    "written",
    [
        "2024年5月18日 21:40",
        "2024/5/18 21:40",
        "2024-05-18T21:40+08:00",
        "2024-05-18T13:40Z",
        "18 May 2024 21:40",
        "202405182140",
    ],
)
def test_seconds_may_be_left_out(written: str):
    assert understood(written) == MINUTE


@pytest.mark.parametrize(
    "written",
    [
        "2024/5/18",
        "2024-05-18",
        "20240518",
        "2024.5.18",
        "2024. 5. 18.",
        "2024年5月18日",
        "二零二四年五月十八号",
        "18 May 2024",
        "May 18, 2024",
        "18.5.2024",
        "05/18/2024",
        "2024-05-17T24:00:00",
        "12:00 AM, 18 May 2024",
    ],
)
def test_a_day_alone_begins_at_midnight(written: str):
    assert understood(written) == DAY


@pytest.mark.parametrize(
    ("written", "hour"),
    [("12:30 PM", 12), ("12:30 AM", 0), ("中午12:30", 12), ("中午1:30", 13), ("凌晨2:30", 2)],
)
def test_halves_of_the_day(written: str, hour: int):
    moment = understood(f"2024-05-18 {written}")

    assert moment is not None
    assert (moment.day, moment.hour, moment.minute) == (18, hour, 30)


def test_a_leap_second_is_the_last_one():
    assert understood("2016-12-31 23:59:60") == datetime.fromisoformat("2016-12-31T23:59:59")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "neulich",
        "昨天 21:40",
        "3小时前",
        "21:40",
        "5月18日 21:40",
        "2024",
        "2024-05",
        "May 2024",
        "05/06/2024",  # May or June
        "24-05-18",
        "18/19/2024",
        "2024-02-30",
        "Fri, 31 Feb 2024 10:00:00 GMT",
        "2024-05-18 25:00:00",
        "2024-05-18 21:61:00",
        "2024-05-18 21:40:07 IST",  # India, Ireland or Israel
        "2024-05-18 21:40:07 XYZ",
        "2024-05-18 21:40:07 +99:00",
        "2024-05-18 晚上12:00",
        "2024-05-18 to 2024-05-20",
        "since 2024-05-18",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1" * 30,
        "2024-05-18 " + "x" * 5000,
        0,
        -1,
        1e300,
        float("inf"),
        float("nan"),
        10**40,
        True,
        None,
        ["2024-05-18"],
        {"$date": "2024-05-18"},
    ],
)
def test_what_could_be_another_day_is_no_date(written: object):
    assert understood(written) is None
