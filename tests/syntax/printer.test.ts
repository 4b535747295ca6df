import { describe, expect, it } from "vitest";
import { print } from "../../src/syntax/printer.ts";
import { fileOf } from "./support.ts";

function printed(source: string): string {
  return print(fileOf(source));
}

describe("parentheses stand where they are needed", () => {
  it.each([
    ["((a) + (b)) * c", "(a + b) * c"],
    ["(a + b) + (c + d)", "a + b + (c + d)"],
    ["a - (b - c)", "a - (b - c)"],
    ["(a * b) / (c * d)", "a * b / (c * d)"],
    ["(a / b) ?? (c ?? d)", "a / b ?? (c ?? d)"],
    ["(a and b) and (c or d)", "a and b and (c or d)"],
    ["not (a > b)", "not a > b"],
    ["not (a and b)", "not (a and b)"],
    ["(a > b) == (c > d)", "(a > b) == (c > d)"],
    ["-(a + b)", "-(a + b)"],
    ["-(-a)", "--a"],
    ["(-a)[1]", "(-a)[1]"],
    ["(if a then b else c) + d", "(if a then b else c) + d"],
    ["if a then (if b then c else d) else (if e then f else g)", "if a then if b then c else d else if e then f else g"],
    ["1234567.5usd + 1bars + 2share", "1_234_567.5usd + 1bar + 2shares"],
  ])("%s", (source, text) => expect(printed(`x = ${source}`)).toBe(`x = ${text}\n`));
});

it("a file has one layout", () => {
  const source = `strategy  s   trade [SPY,QQQ]
clock bar=5m in regular
import std.trend{sma}
/// Fast.
fast=sma(close,10) slow=sma(close,30)
risk{order_value<=25000usd day_loss<=3%*equity else flatten until next_session}
session{entries from open to 30m before close flatten 5m before close}
rule buy{when cross_up(fast,slow) enter long{size 100shares}}
rule long_one{let skew=fast/slow when skew>1.01 and close>highest(high,20)[1] and volume>2*mean(volume,20) hold if skew>1.5 then 50%*equity else 20%*equity trim cooldown 3bars after exit}
fn f(x:series U,n:int in 1..9=3):series U{let a=x[n] return if a>x then a else x}
simulate{start after 100bars fees:0.005usd per share}`;
  expect(printed(source)).toBe(`strategy s
trade [SPY, QQQ]
clock bar = 5m in regular
import std.trend { sma }

/// Fast.
fast = sma(close, 10)

slow = sma(close, 30)

risk {
  order_value <= 25_000usd
  day_loss <= 3% * equity else flatten until next_session
}

session { entries from open to 30m before close  flatten 5m before close }

rule buy { when cross_up(fast, slow)  enter long { size 100shares } }

rule long_one {
  let skew = fast / slow
  when skew > 1.01 and close > highest(high, 20)[1] and volume > 2 * mean(volume, 20)
  hold if skew > 1.5 then 50% * equity else 20% * equity trim
  cooldown 3bars after exit
}

fn f(x: series U, n: int in 1..9 = 3): series U {
  let a = x[n]
  return if a > x then a else x
}

simulate { start after 100bars  fees: 0.005usd per share }
`);
});

it("no comment is lost, and each stays beside what it is about", () => {
  const source = `// the head
x = 1  // about x
y = max(
  a, // inside
  b)
// about the rule
rule r { // first
  when y > x  // why
  // above exit
  exit q
  // last
}
// the end
`;
  expect(printed(source)).toBe(`// the head
x = 1  // about x

// inside
y = max(a, b)

// about the rule
rule r {
  // first
  when y > x  // why
  // above exit
  exit q
  // last
}
// the end
`);
});
