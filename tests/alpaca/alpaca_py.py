"""Alpaca's own Python client against the simulator, as its documentation uses it: orders of every kind, replaced, cancelled and closed, the account,
positions, both streams, bars. Prints what it saw as JSON; fails where something is not as Alpaca's client expects it.

    python alpaca_py.py URL KEY SECRET
"""
import asyncio
import json
import sys
import threading
import time
import urllib.request
from datetime import datetime, timezone

from alpaca.common.exceptions import APIError
from alpaca.data.historical import CryptoHistoricalDataClient, StockHistoricalDataClient
from alpaca.data.live import CryptoDataStream, StockDataStream
from alpaca.data.requests import CryptoBarsRequest, StockBarsRequest, StockLatestQuoteRequest, StockSnapshotRequest, StockTradesRequest
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderClass, OrderSide, OrderStatus, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    ClosePositionRequest,
    GetCalendarRequest,
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLimitOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
)
from alpaca.trading.stream import TradingStream

url, key, secret = sys.argv[1:4]
sockets = url.replace("http:", "ws:")
client = TradingClient(key, secret, paper=True, url_override=url)
seen = {"updates": [], "bars": [], "quotes": 0, "trades": 0, "books": 0}


def control(path, **body):
    request = urllib.request.Request(f"{url}/simulator/{path}", json.dumps(body).encode(), method="POST")
    return json.load(urllib.request.urlopen(request))


def until(what, holds):
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def refused(code, act):
    try:
        act()
    except APIError as error:
        assert error.code == code, (error.code, code)
        return error.message
    raise AssertionError(f"not refused with {code}")


def streams():
    trading = TradingStream(key, secret, url_override=f"{sockets}/stream")
    stocks = StockDataStream(key, secret, url_override=f"{sockets}/v2/iex")
    crypto = CryptoDataStream(key, secret, url_override=f"{sockets}/v1beta3/crypto/us")

    async def on_update(update):
        seen["updates"].append((str(getattr(update.event, "value", update.event)), str(update.order.client_order_id), update.qty, update.price))

    async def on_bar(bar):
        seen["bars"].append((bar.symbol, bar.timestamp.isoformat(), bar.close))

    def count(name):
        async def on_message(_):
            seen[name] += 1

        return on_message

    trading.subscribe_trade_updates(on_update)
    stocks.subscribe_bars(on_bar, "AAPL")
    stocks.subscribe_quotes(count("quotes"), "AAPL")
    stocks.subscribe_trades(count("trades"), "*")
    crypto.subscribe_orderbooks(count("books"), "BTC/USD")
    for stream in (trading, stocks, crypto):
        threading.Thread(target=stream.run, daemon=True).start()


def order(kind, client_order_id=None, side=OrderSide.BUY, tif=TimeInForce.DAY, **fields):
    return client.submit_order(kind(symbol=fields.pop("symbol", "AAPL"), side=side, time_in_force=tif, client_order_id=client_order_id, **fields))


def events(client_order_id):
    return [event for event, id, _, _ in seen["updates"] if id == client_order_id]


streams()
until("the books", lambda: control("price", symbol="BTC/USD", price=40000) and seen["books"] > 0)
until("the quotes", lambda: control("price", symbol="AAPL", price=100) and seen["quotes"] > 0)
until("the updates", lambda: order(MarketOrderRequest, qty=1) and len(seen["updates"]) > 0)

account = client.get_account()
assert account.status.value == "ACTIVE" and float(account.cash) < 100_000
assert client.get_clock().is_open
assert len(client.get_calendar(GetCalendarRequest(start="2024-01-02", end="2024-01-05"))) == 4
assert client.get_asset("AAPL").tradable and len(client.get_all_assets()) == 2
assert client.get_account_configurations().no_shorting is False

order(MarketOrderRequest, "market", qty=10)
order(MarketOrderRequest, "value", notional=150.5)
until("the fills", lambda: "fill" in events("market") and "fill" in events("value"))
assert ("fill", "market", 10.0, 100.0) in seen["updates"]

limit = order(LimitOrderRequest, "limit", qty=5, limit_price=90)
assert limit.status == OrderStatus.PENDING_NEW
stop = order(StopOrderRequest, "stop", qty=1, stop_price=130)
order(StopLimitOrderRequest, "stop_limit", tif=TimeInForce.GTC, qty=1, stop_price=130, limit_price=131)
order(TrailingStopOrderRequest, "trailing", OrderSide.BUY, TimeInForce.GTC, qty=1, trail_percent=50)
replaced = client.replace_order_by_id(limit.id, ReplaceOrderRequest(qty=6, limit_price=91, client_order_id="limit-2"))
assert str(replaced.replaces) == str(limit.id) and client.get_order_by_id(limit.id).status == OrderStatus.REPLACED
client.cancel_order_by_id(stop.id)
until("the cancel", lambda: "canceled" in events("stop"))
refused(42210000, lambda: client.cancel_order_by_id(stop.id))
assert client.get_order_by_client_id("limit-2").qty == "6"
assert len(client.get_orders(GetOrdersRequest(status=QueryOrderStatus.OPEN))) == 3
assert len(client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, limit=500))) >= 7

assert "unique" in refused(40010001, lambda: order(MarketOrderRequest, "market", qty=1))
assert "buying power" in refused(40310000, lambda: order(LimitOrderRequest, qty=1_000_000, limit_price=90))
assert "sub-penny" in refused(42210000, lambda: order(LimitOrderRequest, qty=1, limit_price=90.123))
assert "wash trade" in refused(40310000, lambda: order(LimitOrderRequest, side=OrderSide.SELL, qty=1, limit_price=90))
refused(40410000, lambda: client.get_open_position("MSFT"))
client.cancel_orders()
until("the open orders go", lambda: client.get_orders() == [])

exits = {"take_profit": TakeProfitRequest(limit_price=110), "stop_loss": StopLossRequest(stop_price=95)}
bracket = order(MarketOrderRequest, "bracket", tif=TimeInForce.GTC, qty=2, order_class=OrderClass.BRACKET, **exits)
assert len(bracket.legs) == 2
until("the entry", lambda: "fill" in events("bracket"))
control("price", symbol="AAPL", price=111)
until("the profit", lambda: client.get_order_by_id(bracket.legs[0].id).status == OrderStatus.FILLED)
assert client.get_order_by_id(bracket.legs[1].id).status == OrderStatus.CANCELED
pair = order(LimitOrderRequest, "pair", OrderSide.SELL, TimeInForce.GTC, qty=2, order_class=OrderClass.OCO, take_profit=TakeProfitRequest(limit_price=130), stop_loss=StopLossRequest(stop_price=105))
control("price", symbol="AAPL", price=104)
until("the stop", lambda: client.get_order_by_id(pair.legs[0].id).status == OrderStatus.FILLED)
order(LimitOrderRequest, "oto", qty=1, limit_price=120, order_class=OrderClass.OTO, stop_loss=StopLossRequest(stop_price=100))
order(MarketOrderRequest, "coin", tif=TimeInForce.GTC, symbol="BTC/USD", qty=0.25)
until("the coins", lambda: "fill" in events("coin"))

positions = {position.symbol: position.qty for position in client.get_all_positions()}
assert positions["BTCUSD"] == "0.25", positions
client.close_position("AAPL", ClosePositionRequest(qty="3"))
client.close_all_positions(cancel_orders=True)
until("nothing is held", lambda: client.get_all_positions() == [])

control("advance", bars=3)
until("three bars", lambda: len(seen["bars"]) >= 3)
stocks = StockHistoricalDataClient(key, secret, url_override=url)
start, end = datetime(2024, 1, 2, 14, 30, tzinfo=timezone.utc), datetime(2024, 1, 2, 15, 30, tzinfo=timezone.utc)
minutes = stocks.get_stock_bars(StockBarsRequest(symbol_or_symbols="AAPL", timeframe=TimeFrame.Minute, start=start, end=end, limit=25))
assert len(minutes["AAPL"]) == 25
fives = stocks.get_stock_bars(StockBarsRequest(symbol_or_symbols="AAPL", timeframe=TimeFrame(5, TimeFrameUnit.Minute), start=start, end=end))
assert fives["AAPL"][0].open == minutes["AAPL"][0].open and fives["AAPL"][0].close == minutes["AAPL"][4].close
assert len(stocks.get_stock_trades(StockTradesRequest(symbol_or_symbols="AAPL", start=start, limit=7))["AAPL"]) == 7
quote = stocks.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="AAPL"))["AAPL"]
assert quote.ask_price >= quote.bid_price > 0
assert stocks.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols="AAPL"))["AAPL"].daily_bar.volume > 0
coins = CryptoHistoricalDataClient(key, secret, url_override=url)
assert len(coins.get_crypto_bars(CryptoBarsRequest(symbol_or_symbols="BTC/USD", timeframe=TimeFrame.Hour, start=start))["BTC/USD"]) >= 1

try:
    TradingClient(key, "wrong", paper=True, url_override=url).get_account()
    raise AssertionError("wrong keys were taken")
except APIError:
    pass
print(json.dumps({"events": sorted({event for event, _, _, _ in seen["updates"]}), "bars": len(seen["bars"])}))
