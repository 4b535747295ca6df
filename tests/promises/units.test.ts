/**
 * Promise 5: units are checked. Random expressions over random units: a calculus of this file, exponents of usd and share and what has none, says which
 * are wrong, and exactly those are refused as such.
 */
import { expect, it } from "vitest";
import { type Prng, prng } from "../../src/values/prng.ts";
import { evaluate } from "../check/support.ts";
import { runs } from "./support.ts";

/** Exponents of usd and share; a ratio, an index and what only counts (a literal, an int) have none. */
interface Unit {
  readonly kind: "dimension" | "ratio" | "number" | "bare";
  readonly usd: number;
  readonly share: number;
}

const none = (kind: Unit["kind"]): Unit => ({ kind, usd: 0, share: 0 });
const dimension = (usd: number, share: number): Unit => (usd === 0 && share === 0 ? none("ratio") : { kind: "dimension", usd, share });

/** `unit` is null once something in it was wrong. */
interface Typed {
  readonly text: string;
  readonly unit: Unit | null;
}

const LEAVES: readonly Typed[] = [
  ...["close", "open", "sma(high, 3)", "atr(3)"].map((text) => ({ text, unit: dimension(1, -1) })),
  ...["volume", "100shares", "sma(volume, 2)"].map((text) => ({ text, unit: dimension(0, 1) })),
  ...["25usd", "(close * volume)"].map((text) => ({ text, unit: dimension(1, 0) })),
  ...["5bps", "2.5%", "(close / open)"].map((text) => ({ text, unit: none("ratio") })),
  ...["rsi(close, 3)", "stoch(3, 2, 2).k"].map((text) => ({ text, unit: none("number") })),
  ...["2", "1.5", "session.bar"].map((text) => ({ text, unit: none("bare") })),
];

/** The unit that two values have in common, if they fit; what a checker says of two units. */
type Joins = (a: Unit, b: Unit) => Unit | null;

const joins: Joins = (a, b) => {
  if (a.kind === b.kind && a.usd === b.usd && a.share === b.share) return a;
  if (a.kind === "bare" && b.kind !== "dimension") return b;
  return b.kind === "bare" && a.kind !== "dimension" ? a : null;
};

const BOOL: Unit = none("bare");

interface Author {
  readonly random: Prng;
  readonly joins: Joins;
}

function pick<T>({ random }: Author, of: readonly T[]): T {
  return of[random.below(of.length)]!;
}

/** Values of no unit but these two mean something else when multiplied; of dimensions exponents add. */
function product(a: Unit, b: Unit, sign: 1 | -1): Unit | undefined {
  if (a.kind === "dimension" || b.kind === "dimension") return dimension(a.usd + sign * b.usd, a.share + sign * b.share);
  if (a.kind === b.kind && a.kind !== "number") return a;
  return a.kind === "bare" && sign === 1 ? b : b.kind === "bare" ? a : undefined;
}

function expression(author: Author, depth: number): Typed {
  if (depth <= 0 || author.random.below(8) === 0) return pick(author, LEAVES);
  const [a, b] = [expression(author, depth - 1), expression(author, depth - 1)];
  const joined = a.unit === null || b.unit === null ? null : author.joins(a.unit, b.unit);
  const form = pick(author, ["+", "-", "*", "*", "/", "/", "max", "min", "if", "abs", "square", "sqrt", "delay"]);
  switch (form) {
    case "+":
    case "-":
      return { text: `(${a.text} ${form} ${b.text})`, unit: joined };
    case "*":
    case "/": {
      const unit = a.unit === null || b.unit === null ? null : product(a.unit, b.unit, form === "*" ? 1 : -1);
      return unit === undefined ? a : { text: `(${a.text} ${form} ${b.text})`, unit };
    }
    case "max":
    case "min":
      return { text: `${form}(${a.text}, ${b.text})`, unit: joined };
    case "if": {
      const [c, d] = [expression(author, depth - 1), expression(author, depth - 1)];
      const fits = c.unit !== null && d.unit !== null && author.joins(c.unit, d.unit) !== null;
      return { text: `(if ${c.text} < ${d.text} then ${a.text} else ${b.text})`, unit: fits ? joined : null };
    }
    case "square":
      return { text: `square(${a.text})`, unit: a.unit?.kind === "dimension" ? dimension(2 * a.unit.usd, 2 * a.unit.share) : a.unit };
    case "sqrt":
      return { text: `sqrt(${a.text})`, unit: a.unit?.kind === "dimension" ? dimension(a.unit.usd / 2, a.unit.share / 2) : a.unit };
    case "abs":
      return { text: `abs(${a.text})`, unit: a.unit };
    default:
      return { text: `${a.text}[1]`, unit: a.unit };
  }
}

/** Half of them compare two values. */
function claim(seed: number, by: Joins): Typed {
  const author = { random: prng(seed), joins: by };
  const a = expression(author, 3);
  if (seed % 2 === 0) return a;
  const b = expression(author, 2);
  const fits = a.unit !== null && b.unit !== null && by(a.unit, b.unit) !== null;
  return { text: `${a.text} < ${b.text}`, unit: fits ? BOOL : null };
}

interface Tally {
  right: number;
  wrong: number;
  readonly mistakes: string[];
}

function tryAll(count: number, by: Joins): Tally {
  const tally: Tally = { right: 0, wrong: 0, mistakes: [] };
  for (let seed = 1; seed <= count; seed++) {
    const { text, unit } = claim(seed, by);
    const { diagnostics } = evaluate(text);
    const refused = diagnostics.some(({ code }) => code === "E0401" || code === "E0404");
    if (unit === null) tally.wrong += 1;
    else tally.right += 1;
    if (refused !== (unit === null)) tally.mistakes.push(`${text} is ${refused ? "refused" : "taken"}: ${diagnostics.map(({ message }) => message)}`);
  }
  return tally;
}

it("exactly what does not fit is refused", () => {
  const { right, wrong, mistakes } = tryAll(runs(60) * 10, joins);
  expect(mistakes).toEqual([]);
  expect(Math.min(right, wrong)).toBeGreaterThan(runs(60));
}, 600_000);

it.each<[string, Joins]>([
  ["a ratio that is taken for a price", (a, b) => (a.kind === "dimension" && b.kind === "ratio" ? a : joins(a, b))],
  ["an index that is taken for a ratio", (a, b) => (a.kind === "number" && b.kind === "ratio" ? b : joins(a, b))],
  ["shares that are taken for money", (a, b) => (a.kind === "dimension" && b.kind === "dimension" ? a : joins(a, b))],
])("catches %s", (_, faulty) => {
  expect(tryAll(400, faulty).mistakes.length).toBeGreaterThan(0);
});
