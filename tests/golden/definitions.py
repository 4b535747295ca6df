"""What is compared with what: an expression of the library, and where its values come from."""

import talib as ta
from talib import MA_Type, abstract

import plain

EVERY = ("walk", "trend", "ties")
LONG = ("walk", "trend")


def golden(expression, source, values, output=None, scale=None, since="first", series=EVERY, kind="number", absent=None, known=0):
    """`scale`: what 1e-9 is of where a value is a small difference of large numbers: "price", "price²", "largest" (of the series), or a number; else the value itself.
    `absent`: what the source has where our value is none. `known`: the first row that the source of a condition knows.
    `since`: "first" row that both know, or "settled", after the documented settling, or a row, where the seeds differ."""
    return {
        "expression": expression,
        "source": source,
        "values": values,
        "output": output,
        "scale": scale,
        "from": since,
        "series": series,
        "kind": kind,
        "absent": absent,
        "known": known,
    }


def outputs(expression, source, values, names, **options):
    """One golden for each output of a record; `values` gives their arrays in the order of `names`."""
    return [
        golden(expression, source, lambda s, i=i: values(s)[i], output=name, **options) for i, name in enumerate(names) if name is not None
    ]


def condition(expression, source, values):
    return golden(expression, source, values, kind="condition")


def own(expression, values, **options):
    return golden(expression, "definition", values, **options)


def candle(name, pattern, sign=1, **options):
    """A condition that holds where TA-Lib's pattern has a value of this sign."""
    known = abstract.Function(pattern, **options).lookback
    values = lambda s: getattr(ta, pattern)(s.open, s.high, s.low, s.close, **options) * sign > 0
    return golden(f"{name}()", f"TA-Lib {pattern}", values, kind="condition", known=known)


def both_colours(name, pattern):
    known = abstract.Function(pattern).lookback
    return golden(f"{name}()", f"TA-Lib {pattern}", lambda s: getattr(ta, pattern)(s.open, s.high, s.low, s.close) != 0, kind="condition", known=known)


PRICE = [
    golden("typical_price()", "TA-Lib TYPPRICE", lambda s: ta.TYPPRICE(s.high, s.low, s.close)),
    golden("median_price()", "TA-Lib MEDPRICE", lambda s: ta.MEDPRICE(s.high, s.low)),
    golden("average_price()", "TA-Lib AVGPRICE", lambda s: ta.AVGPRICE(s.open, s.high, s.low, s.close)),
    golden("weighted_close()", "TA-Lib WCLPRICE", lambda s: ta.WCLPRICE(s.high, s.low, s.close)),
    golden("momentum(close, 10)", "TA-Lib MOM", lambda s: ta.MOM(s.close, 10), scale="price"),
    golden("roc(close, 10)", "TA-Lib ROCP", lambda s: ta.ROCP(s.close, 10), scale=1),
    golden("rocr(close, 10)", "TA-Lib ROCR", lambda s: ta.ROCR(s.close, 10)),
    own("log_return(close)", plain.log_return, scale=1),
    own("gap()", plain.gap, scale=1),
    *outputs("heikin_ashi()", "TA-Lib HA", lambda s: ta.HA(s.open, s.high, s.low, s.close), ("open", "high", "low", "close")),
]

TREND = [
    golden("sma(close, 20)", "TA-Lib SMA", lambda s: ta.SMA(s.close, 20)),
    golden("ema(close, 20)", "TA-Lib EMA", lambda s: ta.EMA(s.close, 20)),
    golden("rma(close, 14)", "TA-Lib RMA", lambda s: ta.RMA(s.close, 14)),
    golden("wma(close, 14)", "TA-Lib WMA", lambda s: ta.WMA(s.close, 14)),
    golden("dema(close, 14)", "TA-Lib DEMA", lambda s: ta.DEMA(s.close, 14)),
    golden("tema(close, 14)", "TA-Lib TEMA", lambda s: ta.TEMA(s.close, 14)),
    golden("t3(close, 5)", "TA-Lib T3", lambda s: ta.T3(s.close, 5, 0.7)),
    golden("trima(close, 11)", "TA-Lib TRIMA", lambda s: ta.TRIMA(s.close, 11)),
    golden("trima(close, 12)", "TA-Lib TRIMA", lambda s: ta.TRIMA(s.close, 12)),
    golden("hma(close, 20)", "TA-Lib HMA", lambda s: ta.HMA(s.close, 20)),
    golden("zlema(close, 20)", "TA-Lib ZLEMA", lambda s: ta.ZLEMA(s.close, 20)),
    golden("kama(close, 10)", "TA-Lib KAMA", lambda s: ta.KAMA(s.close, 10)),
    golden(
        "mavp(close, 2 + mod(session.bar, 9), 2, 8)",
        "TA-Lib MAVP",
        lambda s: ta.MAVP(s.close, plain.lengths(s), 2, 8),
    ),
    own("alma(close, 9)", plain.alma),
    own("laguerre(close, 0.6)", plain.laguerre, since="settled"),
    golden("midpoint(close, 14)", "TA-Lib MIDPOINT", lambda s: ta.MIDPOINT(s.close, 14)),
    golden("midprice(14)", "TA-Lib MIDPRICE", lambda s: ta.MIDPRICE(s.high, s.low, 14)),
    *outputs("envelope(close, 20, 5%)", "definition", plain.envelope, ("lower", "middle", "upper")),
    *outputs("alligator()", "definition", plain.alligator, ("jaw", "teeth", "lips")),
    *outputs("ichimoku()", "definition", plain.ichimoku, ("conversion", "base", "cloud_a", "cloud_b")),
]

DIRECTION = [
    own("wilder_sum(close, 5)", plain.wilder_sum),
    own("upward_move()", plain.upward_move, scale="price"),
    own("downward_move()", plain.downward_move, scale="price"),
    golden("plus_dm(14)", "TA-Lib PLUS_DM", lambda s: ta.PLUS_DM(s.high, s.low, 14), scale="price"),
    golden("minus_dm(14)", "TA-Lib MINUS_DM", lambda s: ta.MINUS_DM(s.high, s.low, 14), scale="price"),
    golden("plus_di(14)", "TA-Lib PLUS_DI", lambda s: ta.PLUS_DI(s.high, s.low, s.close, 14), scale=100),
    golden("minus_di(14)", "TA-Lib MINUS_DI", lambda s: ta.MINUS_DI(s.high, s.low, s.close, 14), scale=100),
    golden("dx(14)", "TA-Lib DX", lambda s: ta.DX(s.high, s.low, s.close, 14), scale=100),
    golden("adx(14)", "TA-Lib ADX", lambda s: ta.ADX(s.high, s.low, s.close, 14), scale=100),
    golden("adxr(14)", "TA-Lib ADXR", lambda s: ta.ADXR(s.high, s.low, s.close, 14), scale=100),
    *outputs("aroon(14)", "TA-Lib AROON", lambda s: ta.AROON(s.high, s.low, 14), ("down", "up")),
    golden("aroon_oscillator(14)", "TA-Lib AROONOSC", lambda s: ta.AROONOSC(s.high, s.low, 14)),
    *outputs("vortex(14)", "TA-Lib VORTEX", lambda s: ta.VORTEX(s.high, s.low, s.close, 14), ("plus", "minus"), scale=1, absent=0),
    golden("vhf(close, 28)", "TA-Lib VHF", lambda s: ta.VHF(s.close, 28), scale=1),
    own("choppiness(14)", plain.choppiness, scale=100),
    golden("efficiency_ratio(close, 10)", "TA-Lib ER", lambda s: ta.ER(s.close, 10), scale=1),
    golden("parabolic_sar(0.02, 0.2)", "TA-Lib SAR", lambda s: ta.SAR(s.high, s.low, 0.02, 0.2)),
    golden(
        "parabolic_sar_extended(1%, 0.03, 0.02, 0.25, 0.01, 0.03, 0.15)",
        "TA-Lib SAREXT",
        lambda s: ta.SAREXT(s.high, s.low, 0, 0.01, 0.03, 0.02, 0.25, 0.01, 0.03, 0.15),
    ),
    golden("parabolic_state(0, 0.02, 0.02, 0.2, 0.02, 0.02, 0.2)", "TA-Lib SAR", lambda s: ta.SAR(s.high, s.low, 0.02, 0.2), output="value"),
    *outputs("supertrend(10, 3)", "TA-Lib SUPERTREND", lambda s: ta.SUPERTREND(s.high, s.low, s.close, 10, 3), ("line",), series=("walk", "ties")),
    golden(
        "supertrend(10, 3).up",
        "TA-Lib SUPERTREND",
        lambda s: ta.SUPERTREND(s.high, s.low, s.close, 10, 3)[1] > 0,
        series=("walk", "ties"),
        kind="condition",
        known=10,
    ),
    *outputs("chandelier(22, 3)", "definition", plain.chandelier, ("long", "short")),
]

MOMENTUM = [
    golden("rsi(close, 14)", "TA-Lib RSI", lambda s: ta.RSI(s.close, 14), scale=100),
    *outputs(
        "macd(close, 12, 26, 9)", "TA-Lib MACD", lambda s: ta.MACD(s.close), ("line", "signal", "histogram"), scale="price", since="settled", series=LONG
    ),
    *outputs("macd_sma(close, 12, 26, 9)", "TA-Lib MACDEXT", lambda s: ta.MACDEXT(s.close), ("line", "signal", "histogram"), scale="price"),
    *outputs(
        "macd_fixed(close, 9)", "TA-Lib MACDFIX", lambda s: ta.MACDFIX(s.close), ("line", "signal", "histogram"), scale="price", since="settled", series=LONG
    ),
    golden("apo(close, 12, 26)", "TA-Lib APO", lambda s: ta.APO(s.close, 12, 26, MA_Type.EMA), scale="price"),
    golden("apo_sma(close, 12, 26)", "TA-Lib APO", lambda s: ta.APO(s.close, 12, 26, MA_Type.SMA), scale="price"),
    golden("ppo(close, 12, 26)", "TA-Lib PPO", lambda s: ta.PPO(s.close, 12, 26, MA_Type.EMA), scale=100),
    golden("ppo_sma(close, 12, 26)", "TA-Lib PPO", lambda s: ta.PPO(s.close, 12, 26, MA_Type.SMA), scale=100),
    golden("stoch_place(5)", "TA-Lib STOCHF", lambda s: ta.STOCHF(s.high, s.low, s.close, 5, 3)[0], scale=100),
    *outputs("stoch(14, 3, 3)", "TA-Lib STOCH", lambda s: ta.STOCH(s.high, s.low, s.close, 14, 3, 0, 3, 0), ("k", "d"), scale=100),
    *outputs("stoch_fast(5, 3)", "TA-Lib STOCHF", lambda s: ta.STOCHF(s.high, s.low, s.close, 5, 3), ("k", "d"), scale=100),
    *outputs("kdj(9, 3, 3)", "TA-Lib KDJ", lambda s: ta.KDJ(s.high, s.low, s.close), ("k", "d", "j"), scale=100),
    *outputs("stoch_rsi(close, 14, 5, 1, 3)", "TA-Lib STOCHRSI", lambda s: ta.STOCHRSI(s.close, 14, 5, 3), ("k", "d"), scale=100, series=LONG),
    *outputs("smi(13, 2, 25, 9)", "TA-Lib SMI", lambda s: ta.SMI(s.high, s.low, s.close, 13, 2, 25, 9), ("line", "signal"), scale=100),
    golden("williams_r(14)", "TA-Lib WILLR", lambda s: ta.WILLR(s.high, s.low, s.close, 14), scale=100),
    golden("cci(20)", "TA-Lib CCI", lambda s: ta.CCI(s.high, s.low, s.close, 20), scale=100),
    golden("cmo(close, 14)", "TA-Lib CMOU", lambda s: ta.CMOU(s.close, 14), scale=100),
    golden("cmo_wilder(close, 14)", "TA-Lib CMO", lambda s: ta.CMO(s.close, 14), scale=100),
    golden("trix(close, 15)", "TA-Lib TRIX", lambda s: ta.TRIX(s.close, 15), scale=100),
    golden("ultimate_oscillator(7, 14, 28)", "TA-Lib ULTOSC", lambda s: ta.ULTOSC(s.high, s.low, s.close), scale=100),
    golden("balance_of_power()", "TA-Lib BOP", lambda s: ta.BOP(s.open, s.high, s.low, s.close), scale=1),
    golden("intraday_momentum(14)", "TA-Lib IMI", lambda s: ta.IMI(s.open, s.close, 14), scale=100),
    golden("tsi(close, 25, 13)", "TA-Lib TSI", lambda s: ta.TSI(s.close, 25, 13), scale=100),
    golden("coppock(close, 10, 11, 14)", "TA-Lib COPPOCK", lambda s: ta.COPPOCK(s.close), scale=100),
    golden("dpo(close, 20)", "TA-Lib DPO", lambda s: ta.DPO(s.close, 20), scale="price"),
    golden("awesome()", "TA-Lib AO", lambda s: ta.AO(s.high, s.low), scale="price"),
    golden("accelerator()", "TA-Lib AC", lambda s: ta.AC(s.high, s.low), scale="price"),
    golden("qstick(10)", "TA-Lib QSTICK", lambda s: ta.QSTICK(s.open, s.close, 10), scale="price"),
    *outputs("elder_ray(13)", "TA-Lib ERI", lambda s: ta.ERI(s.high, s.low, s.close, 13), ("bull", "bear"), scale="price"),
    *outputs("kst(close)", "definition", plain.kst, ("line", "signal"), scale=100),
    *outputs("relative_vigor(10)", "definition", plain.relative_vigor, ("line", "signal"), scale=1),
    own("fisher(10)", plain.fisher, since="settled", scale=1),
    own("connors_rsi(close)", plain.connors_rsi, scale=100),
    own("disparity(close, 14)", plain.disparity, scale=1),
]

VOLATILITY = [
    golden("stdev(close, 20)", "TA-Lib STDDEV", lambda s: ta.STDDEV(s.close, 20), scale="price"),
    own("stdev_sample(close, 20)", plain.stdev_sample),
    golden("true_range()", "TA-Lib TRANGE", lambda s: ta.TRANGE(s.high, s.low, s.close), scale="price"),
    golden("atr(14)", "TA-Lib ATR", lambda s: ta.ATR(s.high, s.low, s.close, 14)),
    golden("natr(14)", "TA-Lib NATR", lambda s: ta.NATR(s.high, s.low, s.close, 14)),
    golden("average_range(14)", "TA-Lib ADR", lambda s: ta.ADR(s.high, s.low, 14), scale="price"),
    *outputs(
        "bollinger(close, 20, 2)", "TA-Lib BBANDS", lambda s: ta.BBANDS(s.close, 20, 2, 2), ("upper", "middle", "lower"), scale="price"
    ),
    own("bollinger_width(close, 20, 2)", plain.bollinger_width, scale=1),
    own("percent_b(close, 20, 2)", plain.percent_b, scale=1),
    *outputs("keltner(20, 2, 10)", "definition", plain.keltner, ("upper", "middle", "lower")),
    *outputs(
        "keltner_of(typical_price(), 20, 2, 10)",
        "TA-Lib KC",
        lambda s: ta.KC(s.high, s.low, s.close, 20, 10, 2),
        ("upper", "middle", "lower"),
        since="settled",
        series=LONG,
    ),
    *outputs("acceleration_bands(20)", "TA-Lib ACCBANDS", lambda s: ta.ACCBANDS(s.high, s.low, s.close, 20), ("upper", "middle", "lower")),
    golden("chaikin_volatility(10, 10)", "TA-Lib CVI", lambda s: ta.CVI(s.high, s.low, 10, 10), scale=100),
    golden("mass_index(9, 25)", "TA-Lib MASSI", lambda s: ta.MASSI(s.high, s.low, 9, 25)),
    golden("relative_volatility(close, 14, 10)", "TA-Lib RVI", lambda s: ta.RVI(s.close, 14, 10), scale=100),
    own("historical_volatility(20)", plain.historical_volatility, scale=1),
    own("parkinson(20)", plain.parkinson),
    own("garman_klass(20)", plain.garman_klass, scale=1),
    own("rogers_satchell(20)", plain.rogers_satchell, scale=1),
    own("yang_zhang(20)", plain.yang_zhang, scale=1),
    own("ulcer_index(close, 14)", plain.ulcer_index, scale=100),
]

VOLUME = [
    golden("vwap(since: session)", "TA-Lib VWAP", lambda s: ta.VWAP(s.high, s.low, s.close, s.volume)),
    own("anchored_vwap(mod(session.bar, 40) == 1)", plain.anchored_vwap),
    *outputs("vwap_bands(2, since: session)", "definition", plain.vwap_bands, ("lower", "middle", "upper"), scale="price"),
    own("rolling_vwap(20)", plain.rolling_vwap),
    golden("vwma(close, 14)", "TA-Lib VWMA", lambda s: ta.VWMA(s.close, s.volume, 14)),
    golden("obv()", "TA-Lib OBV", lambda s: ta.OBV(s.close, s.volume) - s.volume[0], scale="largest"),
    own("money_flow()", plain.money_flow, scale="largest"),
    golden("accumulation()", "TA-Lib AD", lambda s: ta.AD(s.high, s.low, s.close, s.volume), scale="largest"),
    golden("chaikin_oscillator(3, 10)", "TA-Lib ADOSC", lambda s: ta.ADOSC(s.high, s.low, s.close, s.volume, 3, 10), scale="largest"),
    own("lag_of_average(10)", plain.lag_of_average, scale="largest"),
    golden("chaikin_money_flow(20)", "TA-Lib CMF", lambda s: ta.CMF(s.high, s.low, s.close, s.volume, 20), scale=1),
    golden("mfi(14)", "TA-Lib MFI", lambda s: ta.MFI(s.high, s.low, s.close, s.volume, 14), scale=100),
    golden("force_index(13)", "TA-Lib EFI", lambda s: ta.EFI(s.close, s.volume, 13), scale="largest"),
    golden("market_facilitation()", "TA-Lib MARKETFI", lambda s: ta.MARKETFI(s.high, s.low, s.volume), scale="largest", absent=0),
    golden("negative_volume_index()", "TA-Lib NVI", lambda s: ta.NVI(s.close, s.volume)),
    golden("positive_volume_index()", "TA-Lib PVI", lambda s: ta.PVI(s.close, s.volume)),
    golden("pvo(12, 26)", "TA-Lib PVO", lambda s: ta.PVO(s.volume, 12, 26, MA_Type.EMA), scale=100),
    golden("price_volume_trend()", "TA-Lib PVT", lambda s: ta.PVT(s.close, s.volume), scale="largest"),
    golden("williams_accumulation()", "TA-Lib WAD", lambda s: ta.WAD(s.high, s.low, s.close), scale="largest"),
    golden("relative_volume(20)", "TA-Lib RVOL", lambda s: ta.RVOL(s.volume, 20), scale=1, absent=0),
    own("ease_of_movement(14)", plain.ease_of_movement, scale="largest"),
]

STATISTICS = [
    golden("average_deviation(close, 14)", "TA-Lib AVGDEV", lambda s: ta.AVGDEV(s.close, 14), scale="price"),
    own("covariance(close, volume, 20)", plain.covariance, scale="largest"),
    golden("correlation(high, low, 30)", "TA-Lib CORREL", lambda s: ta.CORREL(s.high, s.low, 30), scale=1),
    golden("beta(low, high, 5)", "TA-Lib BETA", lambda s: ta.BETA(s.high, s.low, 5), scale=1, absent=0),
    own("zscore(close, 20)", plain.zscore, scale=1),
    own("percent_rank(close, 100)", plain.percent_rank),
    golden("percent_below(close, 100)", "TA-Lib PERCENTRANK", lambda s: ta.PERCENTRANK(s.close, 100)),
    golden("percentile(close, 30, 50)", "TA-Lib PERCENTILE", lambda s: ta.PERCENTILE(s.close, 30, 50)),
    golden("percentile(close, 30, 12)", "TA-Lib PERCENTILE", lambda s: ta.PERCENTILE(s.close, 30, 12)),
    own("median(close, 20)", plain.median),
    own("place_in_range(close, 20)", plain.place_in_range, scale=1),
    own("skewness(close, 20)", plain.skewness, scale=1),
    own("kurtosis(close, 20)", plain.kurtosis, scale=1),
    own("autocorrelation(close, 20, 3)", plain.autocorrelation, scale=1),
    own("standard_error(close, 20)", plain.standard_error),
    own("mean_over_deviation(close, 20)", plain.mean_over_deviation, scale=1),
    own("downside_deviation(close - close[1], 20, 0)", plain.downside_deviation, scale="largest"),
    own("variance_ratio(close, 30, 5)", plain.variance_ratio, scale=1),
]

REGRESSION = [
    golden("linreg_slope(close, 14)", "TA-Lib LINEARREG_SLOPE", lambda s: ta.LINEARREG_SLOPE(s.close, 14), scale="price"),
    golden("linreg(close, 14)", "TA-Lib LINEARREG", lambda s: ta.LINEARREG(s.close, 14)),
    golden("linreg_intercept(close, 14)", "TA-Lib LINEARREG_INTERCEPT", lambda s: ta.LINEARREG_INTERCEPT(s.close, 14)),
    golden("linreg_forecast(close, 14)", "TA-Lib TSF", lambda s: ta.TSF(s.close, 14)),
    golden("linreg_angle(close, 14)", "TA-Lib LINEARREG_ANGLE", lambda s: ta.LINEARREG_ANGLE(s.close, 14), scale=90),
    own("linreg_r2(close, 14)", plain.linreg_r2, scale=1),
    own("linreg_error(close, 14)", plain.linreg_error, scale="price"),
    *outputs("linreg_channel(close, 14, 2)", "definition", plain.linreg_channel, ("lower", "middle", "upper")),
    golden("forecast_oscillator(close, 5)", "TA-Lib FOSC", lambda s: ta.FOSC(s.close, 5), scale=100),
    own("slope(close, open, 20)", plain.slope, scale=1),
    own("intercept(close, open, 20)", plain.intercept, scale="price"),
    own("residual(close, open, 20)", plain.residual, scale="price"),
]

CANDLES = [
    own("body()", plain.body, scale="price"),
    own("upper_shadow()", plain.upper_shadow, scale="price"),
    own("lower_shadow()", plain.lower_shadow, scale="price"),
    own("small_range()", plain.small_range, scale="price"),
    own("near_range()", plain.near_range, scale="price"),
    own("far_range()", plain.far_range, scale="price"),
    condition("is_white()", "definition", plain.is_white),
    condition("is_long_body()", "definition", plain.is_long_body),
    condition("is_short_body()", "definition", plain.is_short_body),
    condition("is_body_gap_up()", "definition", plain.is_body_gap_up),
    condition("is_body_gap_down()", "definition", plain.is_body_gap_down),
    condition("is_umbrella()", "definition", plain.is_umbrella),
    condition("is_inverted_umbrella()", "definition", plain.is_inverted_umbrella),
    condition("is_inside_body()", "definition", plain.is_inside_body),
    condition("is_strictly_inside()", "definition", plain.is_strictly_inside),
    condition("inside_bar()", "definition", plain.inside_bar),
    condition("outside_bar()", "definition", plain.outside_bar),
    candle("doji", "CDLDOJI"),
    candle("dragonfly_doji", "CDLDRAGONFLYDOJI"),
    candle("gravestone_doji", "CDLGRAVESTONEDOJI"),
    candle("long_legged_doji", "CDLLONGLEGGEDDOJI"),
    both_colours("spinning_top", "CDLSPINNINGTOP"),
    both_colours("marubozu", "CDLMARUBOZU"),
    candle("white_marubozu", "CDLMARUBOZU"),
    candle("black_marubozu", "CDLMARUBOZU", -1),
    candle("hammer", "CDLHAMMER"),
    candle("hanging_man", "CDLHANGINGMAN", -1),
    candle("inverted_hammer", "CDLINVERTEDHAMMER"),
    candle("shooting_star", "CDLSHOOTINGSTAR", -1),
    candle("bullish_belt_hold", "CDLBELTHOLD"),
    candle("bearish_belt_hold", "CDLBELTHOLD", -1),
    candle("bullish_engulfing", "CDLENGULFING"),
    candle("bearish_engulfing", "CDLENGULFING", -1),
    candle("bullish_harami", "CDLHARAMI"),
    candle("bearish_harami", "CDLHARAMI", -1),
    candle("bullish_harami_cross", "CDLHARAMICROSS"),
    candle("bearish_harami_cross", "CDLHARAMICROSS", -1),
    candle("piercing_line", "CDLPIERCING"),
    candle("dark_cloud_cover", "CDLDARKCLOUDCOVER", -1),
    candle("morning_star", "CDLMORNINGSTAR"),
    candle("evening_star", "CDLEVENINGSTAR", -1),
    candle("morning_doji_star", "CDLMORNINGDOJISTAR"),
    candle("evening_doji_star", "CDLEVENINGDOJISTAR", -1),
    candle("three_inside_up", "CDL3INSIDE"),
    candle("three_inside_down", "CDL3INSIDE", -1),
    candle("three_outside_up", "CDL3OUTSIDE"),
    candle("three_outside_down", "CDL3OUTSIDE", -1),
    candle("three_white_soldiers", "CDL3WHITESOLDIERS"),
    candle("three_black_crows", "CDL3BLACKCROWS", -1),
    candle("bullish_kicking", "CDLKICKING"),
    candle("bearish_kicking", "CDLKICKING", -1),
]

LEVELS = [
    *outputs("donchian(20)", "TA-Lib DONCHIAN", lambda s: ta.DONCHIAN(s.high, s.low, 20), ("upper", "middle", "lower")),
    own("bars_since_highest(close, 20)", plain.bars_since_highest),
    own("bars_since_lowest(close, 20)", plain.bars_since_lowest),
    golden("pivot_high(2, 2)", "TA-Lib FRACTAL", lambda s: plain.confirmed(ta.FRACTAL(s.high, s.low, 2, 2)[0], s.high)),
    golden("pivot_low(2, 2)", "TA-Lib FRACTAL", lambda s: plain.confirmed(ta.FRACTAL(s.high, s.low, 2, 2)[1], s.low)),
    own("value_when(close > 1.02 * open, high, 30)", plain.value_when, series=LONG),
    own("bars_since(close > 1.02 * open, 30)", plain.bars_since, series=LONG),
    condition("rising(close, 3)", "definition", plain.rising),
    condition("falling(close, 3)", "definition", plain.falling),
    own("streak(close, 5)", plain.streak),
    own("zigzag(5%)", plain.zigzag, output="price", series=LONG),
    *outputs("floor_pivots()", "definition", plain.floor_pivots, ("pivot", "r1", "r2", "r3", "s1", "s2", "s3"), scale="price"),
    *outputs("camarilla_pivots()", "definition", plain.camarilla_pivots, ("r1", "r2", "r3", "r4", "s1", "s2", "s3", "s4"), scale="price"),
    own("retracement(20, 38.2%)", plain.retracement),
    *outputs("opening_range(6)", "definition", plain.opening_range, ("lower", "upper")),
    own("drawdown_from_high(close, 20)", plain.drawdown_from_high, scale=1),
]

# Their seeds differ, and are forgotten to 1e-9 within some 400 rows.
HILBERT = {"since": 600, "series": ("walk",)}
CYCLE = [
    *outputs(
        "hilbert(close)",
        "TA-Lib HT_PHASOR, HT_DCPERIOD",
        lambda s: (*ta.HT_PHASOR(s.close), ta.HT_DCPERIOD(s.close)),
        ("in_phase", "quadrature", "period"),
        scale="price",
        **HILBERT,
    ),
    golden("dominant_period(close)", "TA-Lib HT_DCPERIOD", lambda s: ta.HT_DCPERIOD(s.close), **HILBERT),
    *outputs("phasor(close)", "TA-Lib HT_PHASOR", lambda s: ta.HT_PHASOR(s.close), ("in_phase", "quadrature"), scale="price", **HILBERT),
    golden("dominant_phase(close)", "TA-Lib HT_DCPHASE", lambda s: ta.HT_DCPHASE(s.close), scale=360, **HILBERT),
    *outputs("sine_wave(close)", "TA-Lib HT_SINE", lambda s: ta.HT_SINE(s.close), ("sine", "lead"), scale=1, **HILBERT),
    golden("hilbert_trend(close)", "TA-Lib HT_TRENDLINE", lambda s: ta.HT_TRENDLINE(s.close), **HILBERT),
    golden("if trends(close) then 1 else 0", "TA-Lib HT_TRENDMODE", lambda s: ta.HT_TRENDMODE(s.close), **HILBERT),
    *outputs("mama(close)", "TA-Lib MAMA", lambda s: ta.MAMA(s.close, 0.5, 0.05), ("line", "following"), **HILBERT),
    own("super_smoother(close, 10)", plain.super_smoother),
    own("high_pass(close, 48)", plain.high_pass, scale="price"),
    own("decycler(close, 48)", plain.decycler),
    own("roofing(close, 10, 48)", plain.roofing, scale="price"),
]

MATHEMATICS = [
    own("arctangent(100 * (close / open - 1))", plain.arctangent, scale=1),
    own("arctangent(1 * (volume / 100shares) - 3)", plain.arctangent_wide, scale=1),
    own("sine(1 * (volume / 100shares))", plain.sine, scale=1),
    own("cosine(1 * (volume / 100shares))", plain.cosine, scale=1),
]

EVENTS = [
    condition("cross_up(close, open)", "definition", plain.cross_up),
    condition("cross_down(close, open)", "definition", plain.cross_down),
    condition("any(close > 1.02 * open, 5)", "definition", plain.any_of),
]

FAMILIES = {
    "price": PRICE,
    "trend": TREND,
    "direction": DIRECTION,
    "momentum": MOMENTUM,
    "volatility": VOLATILITY,
    "volume": VOLUME,
    "statistics": STATISTICS,
    "regression": REGRESSION,
    "candles": CANDLES,
    "levels": LEVELS,
    "cycle": CYCLE,
    "mathematics": MATHEMATICS,
    "events": EVENTS,
}
