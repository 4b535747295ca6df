"""An auditor's ledger of a simulated Alpaca's account, from what it records of fills and orders: Python's standard library alone, nothing of stratc's.

    python3 auditor.py URL KEY SECRET

Prints as JSON: cash, positions, realised profit at average cost, how many fills, and by client id how much of each order has filled. Fails where the
account's own record does not add up: a fill without its order, an order that filled more or otherwise than its fills say, a cash that they do not come to.
"""
import json
import sys
import urllib.parse
import urllib.request
from collections import defaultdict
from decimal import Decimal

url, key, secret = sys.argv[1:4]


def ask(path, **query):
    request = urllib.request.Request(f"{url}/v2/{path}?{urllib.parse.urlencode(query)}", headers={"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret})
    return json.load(urllib.request.urlopen(request))


def pages(path, size, cursor, field, **query):
    found, query = [], {**query}
    while True:
        page = ask(path, **query)
        found += page
        if len(page) < size:
            return found
        query[cursor] = page[-1][field]


fills = pages("account/activities/FILL", 100, "page_token", "id", page_size=100, direction="asc")
orders = {order["id"]: order for order in pages("orders", 500, "after_order_id", "id", status="all", limit=500, direction="asc")}
cash, realised = Decimal(sys.argv[4]), Decimal(0)
positions, costs, filled = defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal)
assert len({fill["id"] for fill in fills}) == len(fills), "a fill twice"
for fill in fills:
    assert fill["order_id"] in orders, f"fill {fill['id']} is of no order"
    symbol, price = fill["symbol"], Decimal(fill["price"])
    signed = Decimal(fill["qty"]) * (1 if fill["side"] == "buy" else -1)
    filled[fill["order_id"]] += abs(signed)
    cash -= signed * price
    held = positions[symbol]
    closing = min(abs(held), abs(signed)) if held * signed < 0 else Decimal(0)
    if closing:
        average = costs[symbol] / held
        realised += closing * (price - average) * (1 if held > 0 else -1)
        costs[symbol] -= average * closing * (1 if held > 0 else -1)
    costs[symbol] += (abs(signed) - closing) * price * (1 if signed > 0 else -1)
    positions[symbol] = held + signed
for id, order in orders.items():
    assert Decimal(order["filled_qty"]) == filled[id], f"order {id} says {order['filled_qty']}, its fills {filled[id]}"
assert cash == Decimal(ask("account")["cash"]), f"the account has {ask('account')['cash']}, its fills come to {cash}"
print(json.dumps({
    "cash": str(cash),
    "realised": str(realised),
    "fills": len(fills),
    "positions": {symbol: str(held) for symbol, held in positions.items() if held},
    "orders": {order["client_order_id"]: str(filled[id]) for id, order in orders.items()},
}))
