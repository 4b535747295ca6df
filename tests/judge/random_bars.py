"""Random bars: times around the exchange's oddities and prices around the venue's, as a CSV file and as the judge's rows."""
from datetime import date, timedelta

import nyse
from datafiles import Row, decimals, ticks
from nyse import HOUR, MINUTE

# Early closes, holidays, changes of the clock, changes of Alpaca's rates, ends of months and years.
DATES = [date(2012, 7, 3), date(2012, 10, 26), date(2013, 3, 8), date(2013, 5, 23), date(2013, 7, 2), date(2013, 11, 27),
         date(2014, 3, 14), date(2014, 12, 23), date(2016, 11, 3), date(2017, 7, 3), date(2018, 5, 18), date(2018, 12, 3),
         date(2018, 12, 21), date(2019, 2, 14), date(2019, 3, 7), date(2019, 4, 12), date(2019, 7, 2), date(2019, 11, 27),
         date(2020, 2, 14), date(2020, 10, 30), date(2020, 12, 23), date(2021, 2, 23), date(2021, 11, 4), date(2021, 12, 29),
         date(2022, 5, 12), date(2022, 6, 16), date(2022, 12, 30), date(2023, 2, 24), date(2023, 3, 10), date(2023, 7, 2),
         date(2023, 12, 28), date(2024, 5, 20), date(2024, 11, 1), date(2024, 12, 23), date(2025, 1, 7), date(2025, 5, 13)]
WIDTHS = {'1m': MINUTE, '5m': 5 * MINUTE, '7m': 7 * MINUTE, '15m': 15 * MINUTE, '30m': 30 * MINUTE, '1h': HOUR, '2h': 2 * HOUR}


class Bars:
    """`rows` are those the clock ticks on, `d` the dataset's decimals, `csv` the file, `open` what its import is told."""


def session_dates(rng, count):
    """Dates alone, most of them following each other, weekends and holidays among them."""
    days, day = [], rng.choice(DATES) - timedelta(rng.randrange(8))
    weekends = rng.random() < 0.3
    while len(days) < count:
        if rng.random() < 0.93 and (weekends or nyse.is_session(day)):
            days.append(day)
        day += timedelta(1)
    return days


def around_a_session(rng, width):
    """Offsets from midnight, New York: a stretch of the extended day, most often about the open or the close."""
    edge = rng.choice([9 * HOUR + 30 * MINUTE, 9 * HOUR + 30 * MINUTE, 13 * HOUR, 16 * HOUR, 0, 24 * HOUR])
    phase = 0 if rng.random() < 0.8 else rng.choice([MINUTE, width // 2 // MINUTE * MINUTE])
    first = -rng.randrange(1, 8)
    return [edge + phase + (first + k) * width for k in range(rng.randrange(4, 24)) if rng.random() < 0.95]


def intraday_ends(rng, width, count, calendar):
    start = rng.choice(DATES) - timedelta(rng.randrange(3))
    if rng.random() < (0.7 if calendar == 'always' else 0.15):       # round the clock
        end = nyse.midnight(start) + rng.randrange(0, 48) * HOUR
        ends = []
        while len(ends) < count:
            end += width * (1 if rng.random() < 0.95 else rng.randrange(2, 40))
            ends.append(end)
        return ends
    ends = []
    day = start
    while len(ends) < count:
        if nyse.is_session(day) or rng.random() < 0.3:
            for end in (nyse.from_new_york(day, 0) + offset for offset in around_a_session(rng, width)):
                if not ends or end >= ends[-1] + width:
                    ends.append(end)
        day += timedelta(1)
    return ends


def level_of_prices(rng):
    """(d, the first price in ticks)"""
    d = rng.choice([0, 1, 2, 2, 2, 2, 3, 4, 5, 6])
    level = rng.choice([rng.randrange(2, 12), rng.randrange(20, 200), rng.randrange(500, 5000), rng.randrange(5000, 50000),
                        rng.randrange(5000, 50000), rng.randrange(10 ** 5, 10 ** 7)])
    return d, 999_990 * 10 ** d if rng.random() < 0.02 else level    # 4.1: at most 1,000,000


def price_path(rng, count, d=None, level=None):
    """Rows of [open, high, low, close] in ticks, and d."""
    if level is None:
        d, level = level_of_prices(rng)
    volatility = rng.choice([0.002, 0.005, 0.01, 0.02, 0.04])
    jumps, flats = rng.choice([0.0, 0.05, 0.15]), rng.choice([0.0, 0.1, 0.4])
    out, price, drift = [], float(level), 0.0

    def near(p):
        return max(1, round(p))
    for _ in range(count):
        if rng.random() < 0.08:
            drift = rng.choice([-1, -0.5, 0, 0, 0.5, 1]) * volatility
        opens = price
        if rng.random() < jumps:                                     # a gap
            opens *= 1 + rng.choice([-0.2, -0.1, -0.05, -0.03, -0.02, -0.01, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25])
        closes = opens if rng.random() < flats else opens * (1 + drift + rng.gauss(0, volatility))
        if rng.random() < jumps / 3:                                 # limit down, limit up: one price all the row
            opens = closes = price * rng.choice([0.9, 0.8, 1.1])
            o = h = l = c = near(opens)
        else:
            o, c = near(opens), near(closes)
            reach = rng.choice([0, 0, volatility, 2 * volatility])
            h = max(o, c, near(max(o, c) * (1 + reach * rng.random())))
            l = min(o, c, near(min(o, c) * (1 - reach * rng.random())))
        out.append([o, h, l, c])
        price = min(max(float(c) if rng.random() < 0.7 else closes, 0.6), level * 50.0, 5.0 * 10 ** (6 + d))
        if price < level / 8:
            drift = volatility
    return out, d


def text_of(n, d, rng):
    text = exact_text(n, d)
    return text.rstrip('0').rstrip('.') if d and rng.random() < 0.3 else text


def printed(rng, ends, width, dates):
    """The column of times and what the import is told of it."""
    if dates is not None:
        return [day.isoformat() for day in dates], {}
    stamp = rng.choice(['end', 'start'])
    instants = [end if stamp == 'end' else end - width for end in ends]
    local = [at + nyse.new_york_offset(at) for at in instants]
    clear = all(nyse.from_new_york(nyse.utc_date(t), t % nyse.DAY) == at for t, at in zip(local, instants)) and \
        not any(nyse.from_new_york(nyse.utc_date(t) + timedelta(1), 0) - nyse.from_new_york(nyse.utc_date(t), 0) != nyse.DAY
                for t in local)                                      # no hour that clocks show twice
    if clear and rng.random() < 0.4:
        times, zone = [nyse.iso(t)[:19].replace('T', ' ') for t in local], 'exchange'
    else:
        times, zone = [nyse.iso(t) for t in instants], 'utc'
    return times, {'zone': zone, 'stamp': stamp, 'width': width}


def random_bars(rng):
    """(Bars, calendar name, clock text)"""
    bars = Bars()
    calendar_name = rng.choice(['nyse', 'nyse', 'always'])
    calendar = nyse.Always() if calendar_name == 'always' else nyse.Nyse()
    count = rng.randrange(30, 110)
    daily = rng.random() < 0.3
    regular = rng.random() < (0.2 if daily else 0.4)
    if daily:
        width_text, width, dates = '1d', nyse.DAY, session_dates(rng, count)
        ends = [calendar.close(day) for day in dates]
        starts = [calendar.open(day) for day in dates]
        regular = regular and sum(map(calendar.is_session, dates)) >= 15
    else:
        width_text, width = rng.choice(list(WIDTHS.items()))
        dates, ends = None, intraday_ends(rng, width, count, calendar_name)
        starts = [end - width for end in ends]
        if regular and sum(inside(calendar, s, e) for s, e in zip(starts, ends)) < 15:
            regular = False
    path, d = price_path(rng, len(ends))
    volumes = [rng.choice([0, rng.randrange(1, 10 ** 6)]) if rng.random() < 0.2 else rng.randrange(100, 10 ** 5) for _ in ends]
    times, bars.open = printed(rng, ends, width, dates)
    scale = d if rng.random() < 0.1 and max(map(max, path)) < 10 ** 9 else 0                           # prices in 1/10^d
    texts = [[str(p) if scale else text_of(p, d, rng) for p in prices] for prices in path]
    if scale:
        bars.open['priceScale'] = 10 ** d
    lines = ['%s,%s,%d' % (time, ','.join(prices), volume) for time, prices, volume in zip(times, texts, volumes)]
    bars.csv = 'time,open,high,low,close,volume\n' + '\n'.join(lines) + '\n'
    bars.open['calendar'] = calendar_name
    # 6.1: the quantum is the dataset's, whatever rows the clock takes
    bars.d = max(decimals(exact_text(p, d)) for prices in path for p in prices)
    bars.rows = []
    for start, end, prices, volume in zip(starts, ends, path, volumes):
        if regular and not inside(calendar, start, end):
            continue
        row = Row()
        row.start, row.end, row.session, row.volume = start, end, calendar.session_of(end), float(volume)
        row.open, row.high, row.low, row.close = (ticks(exact_text(p, d), bars.d) for p in prices)
        bars.rows.append(row)
    return bars, calendar_name, width_text + (' in regular' if regular else '')


def inside(calendar, start, end):
    """1.4"""
    day = calendar.session_of(end)
    return calendar.is_session(day) and start >= calendar.open(day) and end <= calendar.close(day)


def exact_text(n, d):
    whole, part = divmod(n, 10 ** d)
    return '%d.%0*d' % (whole, d, part) if d else str(n)
