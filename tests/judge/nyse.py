"""Time (semantics 1): integer UTC microseconds, New York's clock, the NYSE's sessions. No zoneinfo."""
from datetime import date, timedelta
from functools import lru_cache

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1).toordinal()


def midnight(day):
    """The UTC microsecond of 00:00 UTC of a date."""
    return (day.toordinal() - _EPOCH) * DAY


def utc_date(at):
    return date.fromordinal(at // DAY + _EPOCH)


def iso(at):
    s, part = divmod(at % DAY, SECOND)
    return '%sT%02d:%02d:%02d%sZ' % (utc_date(at).isoformat(), s // 3600, s // 60 % 60, s % 60, '.%06d' % part if part else '')


# ---- New York -------------------------------------------------------------------------------------------------

def nth_weekday(year, month, weekday, n):
    """The n-th given weekday (Monday is 0) of a month; n = -1 is the last."""
    if n > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7)


@lru_cache(None)
def summer_time(year):
    """The two UTC instants between which New York is at UTC-4 (changes at 02:00 of the clock in force)."""
    if year >= 2007:
        first, last = nth_weekday(year, 3, 6, 2), nth_weekday(year, 11, 6, 1)
    elif year >= 1987:
        first, last = nth_weekday(year, 4, 6, 1), nth_weekday(year, 10, 6, -1)
    else:
        first, last = nth_weekday(year, 4, 6, -1), nth_weekday(year, 10, 6, -1)
    return midnight(first) + 7 * HOUR, midnight(last) + 6 * HOUR


def new_york_offset(at):
    begin, end = summer_time(utc_date(at - 5 * HOUR).year)
    return -4 * HOUR if begin <= at < end else -5 * HOUR


def new_york_date(at):
    return utc_date(at + new_york_offset(at))


def from_new_york(day, time_of_day):
    """A New York wall-clock time to UTC."""
    summer = midnight(day) + time_of_day + 4 * HOUR
    begin, end = summer_time(day.year)
    return summer if begin <= summer < end else summer + HOUR


# ---- the exchange's days --------------------------------------------------------------------------------------

def easter(y):
    a, b, c = y % 19, y // 100, y % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(y, month, day + 1)


CLOSED_ONCE = {date(2001, 9, 11), date(2001, 9, 12), date(2001, 9, 13), date(2001, 9, 14), date(2004, 6, 11),
               date(2007, 1, 2), date(2012, 10, 29), date(2012, 10, 30), date(2018, 12, 5), date(2025, 1, 9)}
EARLY_ONCE = {date(1997, 12, 26), date(1999, 12, 31), date(2003, 12, 26)}


@lru_cache(None)
def holidays(year):
    """The NYSE's holidays of a year, 1998 and later (the span of the data)."""
    def observed(day, saturday_moves=True):
        if day.weekday() == 5:
            return day - timedelta(1) if saturday_moves else None
        return day + timedelta(1) if day.weekday() == 6 else day
    days = {observed(date(year, 1, 1), False),                  # a Saturday's New Year is not observed
            nth_weekday(year, 1, 0, 3), nth_weekday(year, 2, 0, 3), easter(year) - timedelta(2),
            nth_weekday(year, 5, 0, -1), observed(date(year, 7, 4)), nth_weekday(year, 9, 0, 1),
            nth_weekday(year, 11, 3, 4), observed(date(year, 12, 25))}
    if year >= 2022:
        days.add(observed(date(year, 6, 19)))
    return days


@lru_cache(None)
def is_session(day):
    return day.weekday() < 5 and day not in holidays(day.year) and day not in CLOSED_ONCE


@lru_cache(None)
def closes_early(day):
    """13:00. Day after Thanksgiving; 24 December; 3 July (before 2013 not on a Wednesday: then Friday, 5 July)."""
    if not is_session(day):
        return False
    if day in EARLY_ONCE or day == nth_weekday(day.year, 11, 3, 4) + timedelta(1):
        return True
    if (day.month, day.day) == (12, 24):
        return True
    if (day.month, day.day) == (7, 3):
        return day.weekday() != 2 or day.year >= 2013
    return (day.month, day.day) == (7, 5) and day.weekday() == 4 and day.year < 2013


class Nyse:
    """`calendar nyse` (semantics 1.2, 1.3, 1.5)."""
    def session_of(self, end):
        return new_york_date(end - 1)

    def is_session(self, day):
        return is_session(day)

    def open(self, day):
        return from_new_york(day, 9 * HOUR + 30 * MINUTE)

    def close(self, day):
        return from_new_york(day, 13 * HOUR if closes_early(day) else 16 * HOUR)


class Always:
    """`calendar always`: sessions are UTC days."""
    def session_of(self, end):
        return utc_date(end - 1)

    def is_session(self, day):
        return True

    def open(self, day):
        return midnight(day)

    def close(self, day):
        return midnight(day) + DAY
