"""Several clocks (10): the grids of the slower ones on the calendar, their ticks, and how one clock reads another."""
from datetime import timedelta

import nyse
from nyse import DAY, HOUR, MINUTE

PARTS_OF_A_DAY = {'5m': 5 * MINUTE, '10m': 10 * MINUTE, '15m': 15 * MINUTE, '30m': 30 * MINUTE, '1h': HOUR, '2h': 2 * HOUR, '4h': 4 * HOUR}


class Clock:
    """A slower clock; `regular` tells whether the spans are the regular hours (10.2)."""
    def __init__(self, name, width, calendar, regular, short_last=False):
        self.name, self.width, self.calendar, self.regular, self.short_last = name, width, calendar, regular, short_last


class Tick:
    """One tick: a bar of the rows first..last, which ends at `end`."""
    __slots__ = ('end', 'session', 'open', 'high', 'low', 'close', 'volume', 'first', 'last', 'rows')


def span(clock, day):
    """10.2: (begin, end) of a session of the calendar."""
    calendar = clock.calendar
    if clock.regular:
        return calendar.open(day), calendar.close(day)
    if isinstance(calendar, nyse.Always):
        return nyse.midnight(day), nyse.midnight(day) + DAY
    return nyse.from_new_york(day, 0), nyse.from_new_york(day + timedelta(1), 0)


def full_span(clock):
    return 6 * HOUR + 30 * MINUTE if clock.regular and not isinstance(clock.calendar, nyse.Always) else DAY


def divides(clock):
    return clock.width not in PARTS_OF_A_DAY or full_span(clock) % PARTS_OF_A_DAY[clock.width] == 0


def period(width, day):
    """What the sessions of one tick of 1w or 1mo have in common."""
    return day.isocalendar()[:2] if width == '1w' else (day.year, day.month)


def grid(clock, first_day, last_day):
    """10.2: the instants of the sessions from the first day to the last, and of the weeks and months that these lie in."""
    first_day, last_day = first_day - timedelta(40), last_day + timedelta(40)
    days = [first_day + timedelta(k) for k in range((last_day - first_day).days + 1)]
    days = [day for day in days if clock.calendar.is_session(day)]
    if clock.width == '1d':
        return [span(clock, day)[1] for day in days]
    if clock.width in ('1w', '1mo'):
        return [span(clock, day)[1] for day, after in zip(days, days[1:]) if period(clock.width, day) != period(clock.width, after)]
    width, out = PARTS_OF_A_DAY[clock.width], []
    for day in days:
        begin, end = span(clock, day)
        out += range(begin + width, end + 1, width)
        if (end - begin) % width != 0 and (clock.short_last or clock.regular and nyse.closes_early(day)):
            out.append(end)
    return out


def ticks_of(clock, rows, until):
    """10.3: the ticks over one symbol's rows; none after `until`, the data's last row."""
    if not rows:
        return []
    instants = grid(clock, rows[0].session, nyse.utc_date(until))
    out, i = [], 0
    for at in instants:
        first = i
        while i < len(rows) and rows[i].end <= at:
            i += 1
        if i > first and at <= until:
            out.append(tick(clock, at, rows, first, i - 1))
    return out


def tick(clock, at, rows, first, last):
    t = Tick()
    t.end, t.session, t.first, t.last = at, clock.calendar.session_of(at), first, last
    own = rows[first:last + 1]
    t.open, t.close = own[0].open, own[-1].close
    t.high, t.low = max(r.high for r in own), min(r.low for r in own)
    t.rows = own                                                     # 13.11
    t.volume = 0.0
    for r in own:
        t.volume += r.volume
    return t


def last_before(ticks, rows):
    """10.4: for each of `rows` the number of the last tick strictly before it, -1 without one."""
    return last_until(ticks, rows, lambda end, at: end < at)


def last_until(ticks, rows, counts=lambda end, at: end <= at):
    """11.3: for each of `rows` the number of the last of `ticks` at its instant or before, -1 without one."""
    out, k = [], -1
    for row in rows:
        while k + 1 < len(ticks) and counts(ticks[k + 1].end, row.end):
            k += 1
        out.append(k)
    return out


