import { describe, expect, it } from "vitest";
import { parse, parseExpression } from "../../src/syntax/parse.ts";
import { expressionOf, fileOf, grouped, withoutSpans } from "./support.ts";

describe("expressions group as they are read", () => {
  it.each([
    ["a - b - c", "[[a - b] - c]"],
    ["a + b * c", "[a + [b * c]]"],
    ["a / b ?? 0 > 1", "[[[a / b] ?? 0] > 1]"],
    ["ema_f / ema_s - 1 ?? 0", "[[[ema_f / ema_s] - 1] ?? 0]"],
    ["not a > b and c", "[[not [a > b]] and c]"],
    ["-x[1] * y", "[[- x@1] * y]"],
    ["- -a.b", "[- [- a.b]]"],
    ["a or (b and c)", "[a or [b and c]]"],
    ["if a then b else if c then d else e ?? f", "[if a b [if c d [e ?? f]]]"],
    ["if a then if b then c else d else e", "[if a [if b c d] e]"],
    ["universe.rank(x) <= 5", "[universe.rank(x) <= 5]"],
    ["highest(high, 20)[1]", "highest(high, 20)@1"],
    ["25_000usd / 1share", "[25000usd / 1share]"],
    ["5% * 3bars", "[5% * 3bar]"],
  ])("%s", (source, reading) => expect(grouped(expressionOf(source))).toBe(reading));
});

describe("places", () => {
  const source = "x = (a + b) * max(c, 1)";
  const value = fileOf(source).items[0]!;

  it("an expression in parentheses holds them", () => {
    if (value.kind !== "value" || value.value.kind !== "binary") throw new Error("another tree");
    const { left, right, span } = value.value;
    expect([left, right].map((side) => source.slice(side.span.start, side.span.end))).toEqual(["(a + b)", "max(c, 1)"]);
    expect(source.slice(span.start, span.end)).toBe("(a + b) * max(c, 1)");
  });

  it("documentation belongs to the item after it, other comments to nobody", () => {
    const { items, comments } = fileOf("/// One.\n/// Two.\n// aside\nx = 1 // end\ny = 2 /// no doc\n");
    expect(items.map((item) => item.doc)).toEqual(["One.\nTwo.", undefined]);
    expect(comments.map(({ text, alone }) => [text, alone])).toEqual([
      ["// aside", true],
      ["// end", false],
      ["/// no doc", false],
    ]);
  });
});

describe("after a mistake", () => {
  it("what was read of an item stays, with holes", () => {
    const { value } = parse("fast = sma(close,\nslow = 3\nrule buy { when  enter long { size * 2  stop at close } }", "test");
    expect(withoutSpans(value!.items)).toMatchObject([
      { kind: "value", name: { text: "fast" }, value: { kind: "missing" } },
      { kind: "value", name: { text: "slow" }, value: { kind: "number" } },
      {
        kind: "rule",
        clauses: [
          { kind: "when", condition: { kind: "missing" } },
          { kind: "enter", clauses: [{ kind: "size", value: { kind: "missing" } }, { kind: "stop" }] },
        ],
      },
    ]);
  });

  it("a recursion without seed is the checker's to report", () => {
    expect(withoutSpans(fileOf("rec y = prev(y) + 1").items)).toMatchObject([{ kind: "rec", seed: null }]);
  });

  it("a chain too long to walk is refused as one mistake", () => {
    const { value, diagnostics } = parse(`x = 1${" + 1".repeat(5_000)}\ny = 2`, "test");
    expect(diagnostics.map((d) => d.code)).toEqual(["E0117"]);
    expect(value!.items).toMatchObject([{ name: { text: "x" }, value: { kind: "missing" } }, { name: { text: "y" } }]);
  });
});

describe("one expression", () => {
  it("is read to its end", () =>
    expect(parseExpression("rsi(close, 14) < 30 x", "eval").diagnostics.map((d) => d.code)).toEqual(["E0103"]));
  it("may have no text", () => expect(parseExpression("", "eval").diagnostics).toHaveLength(1));
});

describe("certain fixes mend the text", () => {
  it.each([
    ["x = a && b", "x = a and b"],
    ["x = a&&b", "x = a and b"],
    ["x = !a", "x = not a"],
    ["x := 5;", "x = 5"],
    ["x = 5 % * y", "x = 5% * y"],
    ["x = 0,5", "x = 0.5"],
    ["x = .5", "x = 0.5"],
    ["x = 100 shares", "x = 100shares"],
    ["x = 25usdt", "x = 25usd"],
    ["x = a < b < c", "x = a < b and b < c"],
    ["x = sma(close 10)", "x = sma(close, 10)"],
    ["x = (a + b", "x = (a + b)"],
    ["x = a[1)", "x = a[1]"],
    ["x = f(a, )", "x = f(a )"],
    ["x = if a: b else c", "x = if a then b else c"],
    ["x = a AND b", "x = a and b"],
    ["ruel r { when a  exit b }", "rule r { when a  exit b }"],
    ["rule r { x = 5  when a  exit b }", "rule r { let x = 5  when a  exit b }"],
    ["let x = 5", "x = 5"],
    ["rule r { when a = 5  exit b }", "rule r { when a == 5  exit b }"],
    ["rule r { if a  exit b }", "rule r { when a  exit b }"],
    ["risk { order_value < 5usd }", "risk { order_value <= 5usd }"],
    ["rule r { when a  notify 'x' }", 'rule r { when a  notify "x" }'],
    ["rule r { when a  exit b\nx = 5", "rule r { when a  exit b }\nx = 5"],
  ])("%s", (source, mended) => {
    const { diagnostics } = parse(source, "test");
    const edits = diagnostics.flatMap((d) => d.help[0]?.edits ?? []).sort((a, b) => b.span.start - a.span.start);
    const text = edits.reduce((old, { span, text }) => old.slice(0, span.start) + text + old.slice(span.end), source);
    expect(text).toBe(mended);
    expect(parse(text, "test").diagnostics).toEqual([]);
  });
});
