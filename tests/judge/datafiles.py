"""The raw files, each turned into rows stamped at their END (semantics 1.1, 1.3) with prices in ticks (6.1)."""
import csv
import gzip
import io
import zipfile
from datetime import date

import nyse
from nyse import HOUR, MINUTE


class Row:
    """One bar: [start, end) in UTC microseconds, its session (a date), prices in integer ticks, the volume, the factor of dividends (13.11)."""
    __slots__ = ('start', 'end', 'session', 'open', 'high', 'low', 'close', 'volume', 'factor')

    def __init__(self):
        self.factor = 1.0


def records(path, delimiter=','):
    if path.endswith('.zip'):
        with zipfile.ZipFile(path) as z:
            (name,) = z.namelist()
            text = z.read(name).decode()
    elif path.endswith('.gz'):
        with gzip.open(path, 'rt') as f:
            text = f.read()
    else:
        with open(path) as f:
            text = f.read()
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def clock_time(text):
    """'HH:MM' or 'HH:MM:SS' to microseconds."""
    parts = [int(p) for p in text.split(':')] + [0]
    return parts[0] * HOUR + parts[1] * MINUTE + parts[2] * nyse.SECOND


# Each reader yields (start, end, [open, high, low, close] as decimal text, volume as text).

def read_spy2011(path, calendar):
    for stamp, o, h, l, c, v in records(path, ';'):               # '20110103 143100', UTC, END of the minute
        day, t = stamp.split()
        end = nyse.midnight(date(int(day[:4]), int(day[4:6]), int(day[6:]))) \
            + clock_time('%s:%s:%s' % (t[:2], t[2:4], t[4:]))
        yield end - MINUTE, end, [o, h, l, c], v


def read_eqker(path, calendar):
    for stamp, o, h, l, c, v in records(path)[1:]:                # '2019-02-15 16:00:00', New York, END
        day, t = stamp.split()
        end = nyse.from_new_york(date.fromisoformat(day), clock_time(t))
        yield end - MINUTE, end, [o, h, l, c], v


def read_eurusd(path, calendar):
    for stamp, o, h, l, c, v in records(path)[1:]:                # '2017-04-19 09:00:00', UTC, START of the hour
        day, t = stamp.split()
        start = nyse.midnight(date.fromisoformat(day)) + clock_time(t)
        yield start, start + HOUR, [o, h, l, c], v


def read_lean_hour(path, calendar):
    for stamp, o, h, l, c, v in records(path):                    # '19980102 09:00', New York, START; 1/10000 USD
        day, t = stamp.split()
        start = nyse.from_new_york(date(int(day[:4]), int(day[4:6]), int(day[6:])), clock_time(t))
        prices = ['%d.%04d' % divmod(int(p), 10000) for p in (o, h, l, c)]
        yield start, start + HOUR, prices, v


def dated(day, calendar):
    """1.3: a row stamped with a date alone is the bar of that whole session."""
    day = date.fromisoformat(day)
    return calendar.open(day), calendar.close(day)


def read_goog(path, calendar):
    for day, o, h, l, c, v in records(path)[1:]:
        yield (*dated(day, calendar), [o, h, l, c], v)


def read_sp500(path, calendar):
    for day, o, h, l, c, _adjusted, v in records(path)[1:]:
        yield (*dated(day, calendar), [o, h, l, c], v)


def read_lean_day(path, calendar):
    for stamp, *prices, v in records(path):                       # '19980102 00:00': the session of that date; 1/10000 USD
        day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
        yield (*dated(day.isoformat(), calendar), ['%d.%04d' % divmod(int(p), 10000) for p in prices], v)


READERS = {'spy2011': read_spy2011, 'eqker': read_eqker, 'eurusd': read_eurusd,
           'lean-hour': read_lean_hour, 'goog': read_goog, 'sp500': read_sp500, 'lean-day': read_lean_day}
WIDTHS = {'spy2011': '1m', 'eqker': '1m', 'eurusd': '1h', 'lean-hour': '1h', 'goog': '1d', 'sp500': '1d', 'lean-day': '1d'}


def decimals(text):
    """How many decimals a price needs; trailing zeros do not count."""
    return len(text.strip().partition('.')[2].rstrip('0'))


def ticks(text, d):
    whole, _, part = text.strip().partition('.')
    return int(whole + part.rstrip('0').ljust(d, '0'))


def load(files, format_name, calendar, regular):
    """All rows in time order, and d. `regular` is `in regular` of the clock (1.4)."""
    raw = [r for path in files for r in READERS[format_name](path, calendar)]
    raw.sort(key=lambda r: r[1])
    # 6.1: the smallest d from 0 to 9 that holds every price
    d = max(decimals(p) for r in raw for p in r[2])
    if d > 9:
        raise SystemExit('a price has more than 9 decimals')
    rows = []
    for start, end, prices, volume in raw:
        row = Row()
        row.start, row.end = start, end
        row.session = calendar.session_of(end)
        row.open, row.high, row.low, row.close = (ticks(p, d) for p in prices)
        row.volume = float(volume)
        if rows and rows[-1].end >= end:
            raise SystemExit('two rows end at ' + nyse.iso(end))
        if regular:      # 1.4: the others do not exist
            s = row.session
            if not (calendar.is_session(s) and start >= calendar.open(s) and end <= calendar.close(s)):
                continue
        rows.append(row)
    return rows, d
