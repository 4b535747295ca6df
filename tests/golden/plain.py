"""Definitions in plain Python, each from its source and not from the library: what TA-Lib has no function for.

Arrays are oldest first; not-a-number stands where there is no value.
"""

import math
import statistics

import numpy as np

NOT = float("nan")


def over(x, n, f):
    """f of every n values, oldest first; none where one of them has none."""
    values = [NOT] * len(x)
    for row in range(n - 1, len(x)):
        part = list(x[row - n + 1 : row + 1])
        if not any(math.isnan(v) for v in part):
            values[row] = f(part)
    return np.array(values)


def pairs(x, y, n, f):
    return np.array([NOT if row < n - 1 else f(list(x[row - n + 1 : row + 1]), list(y[row - n + 1 : row + 1])) for row in range(len(x))])


def before(x, k):
    """x, k rows ago."""
    return np.concatenate([np.full(k, NOT), x[:-k]])


def average(part):
    return math.fsum(part) / len(part)


def deviation(part):
    """Of the population."""
    middle = average(part)
    return math.sqrt(math.fsum((v - middle) ** 2 for v in part) / len(part))


def sample(part):
    return statistics.stdev(part)


def quotient(a, b):
    return a / b if b != 0 else NOT


def is_still(part):
    return max(part) == min(part)


def each(f, *columns):
    return np.array([f(*row) for row in zip(*columns)])


def exponential(x, weight, n):
    """prev + weight (x - prev), seeded by the mean of its first n values."""
    values, last, seen = [], None, []
    for v in x:
        if math.isnan(v):
            values.append(NOT)
            continue
        if last is None:
            seen.append(v)
            if len(seen) == n:
                last = average(seen)
        else:
            last = last + weight * (v - last)
        values.append(NOT if last is None else last)
    return np.array(values)


# ---- price


def log_return(s):
    return each(lambda c, p: math.log(c / p), s.close, before(s.close, 1))


def gap(s):
    return s.open / before(s.close, 1) - 1


# ---- trend


def lengths(s):
    return np.array([float(2 + (row + 1) % 9) for row in range(len(s.close))])


def alma(s):
    n, middle, width = 9, 0.85 * 8, 9 / 6
    weights = [math.exp(-((k - middle) ** 2) / (2 * width**2)) for k in range(n)]
    return over(s.close, n, lambda part: math.fsum(w * v for w, v in zip(weights, part)) / math.fsum(weights))


def laguerre(s):
    gamma, old, values = 0.6, [s.close[0]] * 4, []
    for v in s.close:
        new = [(1 - gamma) * v + gamma * old[0]]
        for k in range(1, 4):
            new.append(-gamma * new[k - 1] + old[k - 1] + gamma * old[k])
        values.append((new[0] + 2 * new[1] + 2 * new[2] + new[3]) / 6)
        old = new
    return np.array(values)


def envelope(s):
    middle = over(s.close, 20, average)
    return middle * 0.95, middle, middle * 1.05


def alligator(s):
    return tuple(before(exponential(s.median, 1 / n, n), late) for n, late in ((13, 8), (8, 5), (5, 3)))


def middle_of(s, n):
    return (over(s.high, n, max) + over(s.low, n, min)) / 2


def ichimoku(s):
    conversion, base = middle_of(s, 9), middle_of(s, 26)
    return conversion, base, (conversion + base) / 2, middle_of(s, 52)


# ---- direction


def true_range(s):
    return each(lambda h, l, c: max(h - l, abs(h - c), abs(l - c)) if not math.isnan(c) else NOT, s.high, s.low, before(s.close, 1))


def wilder_sum(s):
    values, total = [NOT] * 4, math.fsum(s.close[:4])
    for v in s.close[4:]:
        total = total - total / 5 + v
        values.append(total)
    return np.array(values)


def moves(s):
    return s.high - before(s.high, 1), before(s.low, 1) - s.low


def upward_move(s):
    return each(lambda up, down: NOT if math.isnan(up) else up if up > down and up > 0 else 0.0, *moves(s))


def downward_move(s):
    return each(lambda up, down: NOT if math.isnan(up) else down if down > up and down > 0 else 0.0, *moves(s))


def choppiness(s):
    total, top, bottom = over(true_range(s), 14, math.fsum), over(s.high, 14, max), over(s.low, 14, min)
    return each(lambda t, a, b: 100 * math.log10(t / (a - b)) / math.log10(14) if a > b else NOT, total, top, bottom)


def atr(s, n):
    return exponential(true_range(s), 1 / n, n)


def chandelier(s):
    width = 3 * atr(s, 22)
    return over(s.high, 22, max) - width, over(s.low, 22, min) + width


# ---- momentum


def change_percent(x, n):
    return 100 * (x / before(x, n) - 1)


def kst(s):
    parts = [weight * over(change_percent(s.close, n), m, average) for weight, n, m in ((1, 10, 10), (2, 15, 10), (3, 20, 10), (4, 30, 15))]
    line = sum(parts)
    return line, over(line, 9, average)


def symmetric(x):
    return (x + 2 * before(x, 1) + 2 * before(x, 2) + before(x, 3)) / 6


def relative_vigor(s):
    above, below = over(symmetric(s.close - s.open), 10, math.fsum), over(symmetric(s.high - s.low), 10, math.fsum)
    line = each(lambda a, b: a / b if b > 1e-12 else NOT, above, below)
    return line, symmetric(line)


def fisher(s):
    values, v, result = [], 0.0, 0.0
    for x, top, bottom in zip(s.median, over(s.median, 10, max), over(s.median, 10, min)):
        if math.isnan(top):
            values.append(NOT)
            continue
        v = 0.33 * 2 * ((x - bottom) / (top - bottom) - 0.5 if top > bottom else 0) + 0.67 * v
        cut = min(max(v, -0.999), 0.999)
        result = 0.5 * math.log((1 + cut) / (1 - cut)) + 0.5 * result
        values.append(result)
    return np.array(values)


def rsi(x, n):
    step = x - before(x, 1)
    gain = exponential(np.where(np.isnan(step), NOT, np.maximum(step, 0)), 1 / n, n)
    loss = exponential(np.where(np.isnan(step), NOT, np.maximum(-step, 0)), 1 / n, n)
    return each(lambda g, l: NOT if math.isnan(g) else 100.0 if l == 0 else 100 * g / (g + l), gain, loss)


def run_lengths(x, limit):
    values, length = [], 0
    for row, v in enumerate(x):
        if row > 0 and v > x[row - 1]:
            length = max(length, 0) + 1
        elif row > 0 and v < x[row - 1]:
            length = min(length, 0) - 1
        else:
            length = 0
        values.append(NOT if row < limit else float(max(-limit, min(limit, length))))
    return np.array(values)


def connors_rsi(s):
    step = change_percent(s.close, 1)
    rank = over(step, 101, lambda part: 100 * sum(v < part[-1] for v in part[:-1]) / 100)
    return (rsi(s.close, 3) + rsi(run_lengths(s.close, 100), 2) + rank) / 3


def disparity(s):
    return s.close / over(s.close, 14, average) - 1


# ---- volatility


def stdev_sample(s):
    return over(s.close, 20, sample)


def bollinger_width(s):
    return over(s.close, 20, lambda part: 4 * deviation(part) / average(part))


def keltner(s):
    middle, width = exponential(s.close, 2 / 21, 20), 2 * atr(s, 10)
    return middle + width, middle, middle - width


def percent_b(s):
    def place(part):
        width = 2 * deviation(part)
        return NOT if is_still(part) else (part[-1] - average(part) + width) / (2 * width)

    return over(s.close, 20, place)


def logs(a, b):
    return each(lambda x, y: math.log(x / y), a, b)


def historical_volatility(s):
    return over(log_return(s), 20, lambda part: sample(part) * math.sqrt(252))


def parkinson(s):
    return over(logs(s.high, s.low) ** 2, 20, lambda part: math.sqrt(average(part) / (4 * math.log(2))))


def garman_klass(s):
    part = 0.5 * logs(s.high, s.low) ** 2 - (2 * math.log(2) - 1) * logs(s.close, s.open) ** 2
    return over(part, 20, lambda part: math.sqrt(max(average(part), 0)))


def rogers_satchell(s):
    part = logs(s.high, s.close) * logs(s.high, s.open) + logs(s.low, s.close) * logs(s.low, s.open)
    return over(part, 20, lambda part: math.sqrt(max(average(part), 0)))


def yang_zhang(s):
    n = 20
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    overnight = over(logs(s.open, before(s.close, 1)), n, statistics.variance)
    daily = over(logs(s.close, s.open), n, statistics.variance)
    return np.sqrt(overnight + k * daily + (1 - k) * rogers_satchell(s) ** 2)


def ulcer_index(s):
    down = 100 * (s.close / over(s.close, 14, max) - 1)
    return over(down**2, 14, lambda part: math.sqrt(average(part)))


# ---- volume


def weighted(prices, volumes):
    return quotient(math.fsum(p * v for p, v in zip(prices, volumes)), math.fsum(volumes))


def anchored_vwap(s):
    values = []
    for row in range(len(s.close)):
        begin = row - row % 40
        values.append(weighted(s.typical[begin : row + 1], s.volume[begin : row + 1]))
    return np.array(values)


def vwap_bands(s):
    middle, width = [], []
    for row in range(len(s.close)):
        prices, volumes = s.typical[: row + 1], s.volume[: row + 1]
        centre = weighted(prices, volumes)
        middle.append(centre)
        width.append(math.nan if math.isnan(centre) else 2 * math.sqrt(weighted([(p - centre) ** 2 for p in prices], volumes)))
    middle, width = np.array(middle), np.array(width)
    return middle - width, middle, middle + width


def rolling_vwap(s):
    return pairs(s.typical, s.volume, 20, weighted)


def money_flow(s):
    return each(lambda h, l, c, v: v * ((c - l) - (h - c)) / (h - l) if h > l else 0.0, s.high, s.low, s.close, s.volume)


def lag_of_average(s):
    line = np.cumsum(money_flow(s))
    return line - exponential(line, 2 / 11, 1)


def ease_of_movement(s):
    moved = s.median - before(s.median, 1)
    one = each(lambda m, h, l, v: m * (h - l) * 1e8 / v if v > 0 else m * 0, moved, s.high, s.low, s.volume)
    return over(one, 14, average)


# ---- statistics


def covariance_of(x, y):
    x_mean, y_mean = average(x), average(y)
    return math.fsum((a - x_mean) * (b - y_mean) for a, b in zip(x, y)) / len(x)


def covariance(s):
    return pairs(s.close, s.volume, 20, covariance_of)


def zscore(s):
    return over(s.close, 20, lambda part: NOT if is_still(part) else (part[-1] - average(part)) / deviation(part))


def percent_rank(s):
    return over(s.close, 101, lambda part: sum(v <= part[-1] for v in part[:-1]))


def median(s):
    return over(s.close, 20, statistics.median)


def place_in_range(s):
    return over(s.close, 20, lambda part: quotient(part[-1] - min(part), max(part) - min(part)))


def moment(part, k):
    middle = average(part)
    return math.fsum((v - middle) ** k for v in part) / len(part)


def skewness(s):
    return over(s.close, 20, lambda part: NOT if is_still(part) else moment(part, 3) / moment(part, 2) ** 1.5)


def kurtosis(s):
    return over(s.close, 20, lambda part: NOT if is_still(part) else moment(part, 4) / moment(part, 2) ** 2 - 3)


def correlation_of(x, y):
    return NOT if is_still(x) or is_still(y) else covariance_of(x, y) / (deviation(x) * deviation(y))


def autocorrelation(s):
    return over(s.close, 23, lambda part: correlation_of(part[3:], part[:-3]))


def standard_error(s):
    return over(s.close, 20, lambda part: sample(part) / math.sqrt(20))


def mean_over_deviation(s):
    return over(s.close, 20, lambda part: NOT if is_still(part) else average(part) / sample(part))


def downside_deviation(s):
    return over(s.close - before(s.close, 1), 20, lambda part: math.sqrt(average([min(v, 0) ** 2 for v in part])))


def variance_ratio(s):
    single, several = s.close - before(s.close, 1), s.close - before(s.close, 5)
    above = over(several, 30, deviation)
    return each(lambda a, b: NOT if math.isnan(a) or b < 1e-9 else a**2 / (5 * b**2), above, over(single, 30, deviation))


# ---- regression


def line_of(y, x=None):
    """Slope and the value at x = 0."""
    x = list(range(len(y))) if x is None else x
    if is_still(x):
        return NOT, NOT
    slope = covariance_of(x, y) / covariance_of(x, x)
    return slope, average(y) - slope * average(x)


def residuals(part):
    slope, begin = line_of(part)
    return [v - begin - slope * k for k, v in enumerate(part)]


def linreg_r2(s):
    return over(s.close, 14, lambda part: NOT if is_still(part) else 1 - moment(residuals(part), 2) / moment(part, 2))


def error_of(part):
    return math.sqrt(math.fsum(v * v for v in residuals(part)) / (len(part) - 2))


def linreg_error(s):
    return over(s.close, 14, error_of)


def linreg_channel(s):
    middle = over(s.close, 14, lambda part: part[-1] - residuals(part)[-1])
    width = 2 * linreg_error(s)
    return middle - width, middle, middle + width


def slope(s):
    return pairs(s.close, s.open, 20, lambda y, x: line_of(y, x)[0])


def intercept(s):
    return pairs(s.close, s.open, 20, lambda y, x: line_of(y, x)[1])


def residual(s):
    return s.close - intercept(s) - slope(s) * s.open


# ---- candles


def body(s):
    return abs(s.close - s.open)


def upper_shadow(s):
    return s.high - np.maximum(s.open, s.close)


def lower_shadow(s):
    return np.minimum(s.open, s.close) - s.low


def usual_range(s, n):
    return before(over(s.high - s.low, n, average), 1)


def is_white(s):
    return s.close >= s.open


def usual_body(s):
    return before(over(body(s), 10, average), 1)


def is_long_body(s):
    return body(s) > usual_body(s)


def is_short_body(s):
    return body(s) <= usual_body(s)


def ends(s):
    return np.minimum(s.open, s.close), np.maximum(s.open, s.close)


def is_body_gap_up(s):
    bottom, top = ends(s)
    return bottom > before(top, 1)


def is_body_gap_down(s):
    bottom, top = ends(s)
    return top < before(bottom, 1)


def is_umbrella(s):
    return (body(s) < usual_body(s)) & (lower_shadow(s) > body(s)) & (upper_shadow(s) < small_range(s))


def is_inverted_umbrella(s):
    return (body(s) < usual_body(s)) & (upper_shadow(s) > body(s)) & (lower_shadow(s) < small_range(s))


def is_inside_body(s):
    bottom, top = ends(s)
    under, over_ = before(bottom, 1), before(top, 1)
    return ((top < over_) & (bottom >= under)) | ((top <= over_) & (bottom > under))


def is_strictly_inside(s):
    bottom, top = ends(s)
    return (top < before(top, 1)) & (bottom > before(bottom, 1))


def small_range(s):
    return 0.1 * usual_range(s, 10)


def near_range(s):
    return 0.2 * usual_range(s, 5)


def far_range(s):
    return 0.6 * usual_range(s, 5)


def inside_bar(s):
    return (s.high <= before(s.high, 1)) & (s.low >= before(s.low, 1))


def outside_bar(s):
    return (s.high > before(s.high, 1)) & (s.low < before(s.low, 1))


# ---- levels


def bars_since_highest(s):
    return over(s.close, 20, lambda part: part[::-1].index(max(part)))


def bars_since_lowest(s):
    return over(s.close, 20, lambda part: part[::-1].index(min(part)))


def confirmed(marks, prices):
    """Where a mark is, the price of two rows before."""
    return np.where(np.isnan(marks) | (marks == 0), NOT, before(prices, 2))


def strong(s):
    return s.close > 1.02 * s.open


def ago(s, row):
    held = [k for k in range(30) if strong(s)[row - k]] if row >= 29 else []
    return held[0] if held else None


def value_when(s):
    return np.array([NOT if ago(s, row) is None else s.high[row - ago(s, row)] for row in range(len(s.close))])


def bars_since(s):
    return np.array([NOT if ago(s, row) is None else ago(s, row) for row in range(len(s.close))])


def rising(s):
    return over(s.close, 4, lambda part: 1 if part[0] < part[1] < part[2] < part[3] else 0) == 1


def falling(s):
    return over(s.close, 4, lambda part: 1 if part[0] > part[1] > part[2] > part[3] else 0) == 1


def streak(s):
    return run_lengths(s.close, 5)


def zigzag(s):
    """The last extreme from which the close has come back by 5%."""
    values, price, extreme, up = [NOT], NOT, s.close[0], True
    for h, l, c in list(zip(s.high, s.low, s.close))[1:]:
        extreme = max(extreme, h) if up else min(extreme, l)
        if c < extreme * 0.95 if up else c > extreme * 1.05:
            price, up = extreme, not up
            extreme = h if up else l
        values.append(price)
    return np.array(values)


def floor_pivots(s):
    h, l, p = s.high, s.low, s.typical
    return p, 2 * p - l, p + h - l, h + 2 * (p - l), 2 * p - h, p - h + l, l - 2 * (h - p)


def camarilla_pivots(s):
    steps = [(s.high - s.low) * 1.1 / k for k in (12, 6, 4, 2)]
    return *(s.close + step for step in steps), *(s.close - step for step in steps)


def retracement(s):
    top, bottom = over(s.high, 20, max), over(s.low, 20, min)
    return top - 0.382 * (top - bottom)


def opening_range(s):
    rows = len(s.close)
    return tuple(np.array([NOT] * 5 + [extreme] * (rows - 5)) for extreme in (min(s.low[:6]), max(s.high[:6])))


def drawdown_from_high(s):
    return over(s.close, 20, lambda part: part[-1] / max(part) - 1)


# ---- cycle


def smoothed(x, n):
    angle = math.sqrt(2) * math.pi / n
    a = math.exp(-angle)
    c2, c3 = 2 * a * math.cos(angle), -a * a
    values = [x[0], x[0]]
    for row in range(1, len(x)):
        values.append((1 - c2 - c3) * (x[row] + x[row - 1]) / 2 + c2 * values[-1] + c3 * values[-2])
    return np.array(values[1:])


def filtered(x, n):
    angle = 2 * math.pi / n
    a = (math.cos(angle) + math.sin(angle) - 1) / math.cos(angle)
    values = [0.0]
    for row in range(1, len(x)):
        values.append((1 - a / 2) * (x[row] - x[row - 1]) + (1 - a) * values[-1])
    return np.array(values)


def super_smoother(s):
    return smoothed(s.close, 10)


def high_pass(s):
    return filtered(s.close, 48)


def decycler(s):
    return s.close - filtered(s.close, 48)


def roofing(s):
    return smoothed(filtered(s.close, 48), 10)


# ---- mathematics


def arctangent(s):
    return each(math.atan, 100 * (s.close / s.open - 1))


def arctangent_wide(s):
    return each(math.atan, s.volume / 100 - 3)


def sine(s):
    return each(math.sin, s.volume / 100)


def cosine(s):
    return each(math.cos, s.volume / 100)


# ---- events


def cross_up(s):
    return (s.close > s.open) & (before(s.close, 1) <= before(s.open, 1))


def cross_down(s):
    return (s.close < s.open) & (before(s.close, 1) >= before(s.open, 1))


def any_of(s):
    held = strong(s)
    return np.array([row >= 4 and bool(held[row - 4 : row + 1].any()) for row in range(len(held))])
