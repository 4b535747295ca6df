/** What pictures of strategies say: every value and rule once, with costs that add up, in three formats. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pictureDot } from "../../src/backends/drawing/dot.ts";
import { type Picture, partOf, pictureOf } from "../../src/backends/drawing/picture.ts";
import { pictureSvg } from "../../src/backends/drawing/svg.ts";
import { pictureText } from "../../src/backends/drawing/text.ts";
import { modelReader, moduleReader } from "../../src/cli/modules.ts";
import { compileParts } from "../../src/compile.ts";
import { bounds, stateBytes } from "../../src/graph/bounds.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { outlineOf } from "../../src/language/outline.ts";
import { fileOf } from "../syntax/support.ts";

const files = globSync(["strategies/*.strat", "templates/*.strat", "tests/judge/strategies/*.strat"]).sort();

function pictureOfText(source: string, path = "test"): { graph: Graph; picture: Picture } {
  const { value } = compileParts(source, { name: path, readModule: moduleReader(path), readModel: modelReader(path) });
  const { graph, ranges } = value!;
  return { graph, picture: pictureOf(graph, outlineOf(fileOf(source)), ranges) };
}

function pictureAt(path: string): Picture {
  return pictureOfText(readFileSync(path, "utf8"), path).picture;
}

/** Whether every element that opens also closes. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name, self] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (close === "/" && open.pop() !== name) return false;
    if (close === "" && self === "") open.push(name!);
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;|quot;)/.test(xml);
}

const HEAD = "strategy s\ntrade [SPY]\nclock day = 1d\nrisk { order_value <= 1000usd  day_loss <= 5% * equity }\n";

describe.each(files)("%s", (path) => {
  it("has a box for every name and rule, and arrows between boxes", () => {
    const { boxes, arrows } = pictureAt(path);
    const ids = boxes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(arrows.filter(({ from, to }) => !ids.includes(from) || !ids.includes(to))).toEqual([]);
    expect(boxes.filter(({ kind }) => kind === "rule").length).toBeGreaterThan(0);
    for (const { id } of boxes.filter(({ kind }) => kind === "rule"))
      expect(arrows).toContainEqual({ from: id, to: "gate", label: "", columns: [] });
  });

  it("is drawn, the same each time", () => {
    const picture = pictureAt(path);
    for (const draw of [pictureText, pictureDot, pictureSvg]) expect(draw(pictureAt(path))).toBe(draw(picture));
    expect(isWellFormed(pictureSvg(picture))).toBe(true);
  });
});

it("values show what the file says of them and what they cost", () => {
  const { picture } = pictureOfText(`${HEAD}fast = mean(close, 10)
up = close > fast
rec level = seed close then prev(level) + (close - prev(level)) / 20
idle = high - low
plot idle
rule buy { when up and close > level  enter long { size 1share } }
rule sell { when not up  exit buy }`);
  const boxOf = (title: string) => picture.boxes.find((box) => box.title === title)!;
  expect(boxOf("fast").lines.slice(0, 1)).toEqual(["mean(close, 10)"]);
  expect(boxOf("fast").facts).toMatchObject({ unit: "usd/share", warmup: 10, settling: 0, operations: 3 });
  expect(boxOf("level").facts).toMatchObject({ warmup: 1, settling: 405 });
  expect([boxOf("up").isIdle, boxOf("idle").isIdle]).toEqual([false, true]);
  expect(boxOf("buy: buy").lines).toEqual(["size 1share", "market order, day"]);
});

it("values lie where the checker and the graph know them to lie", () => {
  const { picture } = pictureOfText(`${HEAD}fast = rsi(close, 14)
both = min(fast, 50) + 1
rule buy { when both > 20  enter long { size 1share } }`);
  const ranges = picture.boxes.flatMap(({ kind, facts }) => (kind === "value" ? [facts!.range] : []));
  expect(ranges).toEqual(["0 … 100", "1 … 51"]);
});

it("what values and rules keep and compute adds up to the whole", () => {
  const { graph, picture } = pictureOfText(`${HEAD}fast = mean(close, 10)
slow = mean(fast, 30)
rule buy { when cross_up(fast, slow)  enter long { size 20% * equity trim  stop at fill - (high - low)[3] } }
fn cross_up(a: series U, b: series U): series bool { return a > b and a[1] <= b[1] }`);
  const facts = picture.boxes.flatMap((box) => (box.facts === null ? [] : [box.facts]));
  const known = bounds(graph, []);
  expect(facts.reduce((sum, { bytes }) => sum + bytes, stateBytes(graph, [], []))).toBe(known.stateBytes);
  expect(facts.reduce((sum, { operations }) => sum + operations, 0)).toBe(known.operationsPerRow);
});

it("a part is a value with all that it reads", () => {
  const { picture } = pictureOfText(`${HEAD}a = mean(close, 10)
b = a + high
c = b > low
rule buy { when c  enter long { size 1share } }`);
  expect(
    partOf(picture, "b")!
      .boxes.map(({ title }) => title)
      .sort(),
  ).toEqual(["SPY", "a", "b"]);
  expect(partOf(picture, "none")).toBeUndefined();
});
