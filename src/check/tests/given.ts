/**
 * `given close [1, 2, 3]`: the rows that a test reads, as columns. What is not given follows from what is: the close is the first price that is there, the
 * open the close, high and low the extremes of the row; the volume is 0.
 */
import type { Expression, TestClause } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { type Literal, literalOf } from "../types/literals.ts";

const PRICES = ["open", "high", "low", "close"] as const;
const COLUMNS = [...PRICES, "volume"] as const;
type Column = (typeof COLUMNS)[number];

/** Exact decimals, one for each row. */
export type GivenRows = Readonly<Record<Column, readonly string[]>>;

type GivenClause = Extract<TestClause, { kind: "given" }>;

function columnNamed(text: string): Column | undefined {
  return COLUMNS.find((name) => name === text);
}

/** A number of a column, undefined with the mistake reported. */
function numberOf(context: Context, value: Expression, column: Column): Literal | undefined {
  const literal = literalOf(value);
  const isPlain = literal !== undefined && (literal.unit.kind === "bare" || literal.unit.kind === "any");
  if (isPlain && (literal.value > 0 || (column === "volume" && literal.value === 0))) return literal;
  const wanted = column === "volume" ? "0 or more" : "above 0";
  if (value.kind !== "missing") report(context, "E0803", value.span, { problem: `A value of \`${column}\` is a plain number, ${wanted}.` });
  return undefined;
}

/** The values of each given column, as literals; undefined with the mistakes reported. */
function columnsOf(context: Context, clauses: readonly GivenClause[]): ReadonlyMap<Column, readonly Literal[]> | undefined {
  const columns = new Map<Column, readonly Literal[]>();
  const sink = context.sink.length;
  for (const { column, values } of clauses) {
    const name = columnNamed(column.text);
    if (name === undefined) {
      const known = COLUMNS.map((one) => `\`${one}\``).join(", ");
      report(context, "E0109", column.span, { key: "given", value: column.text, known });
    } else if (columns.has(name)) report(context, "E0102", column.span, { name, by: "in this test" });
    else
      columns.set(
        name,
        values.flatMap((value) => numberOf(context, value, name) ?? []),
      );
  }
  return context.sink.length === sink ? columns : undefined;
}

/** Whether the columns are of one length; reports if not. */
function isEven(context: Context, [first, ...others]: readonly GivenClause[]): boolean {
  const length = first?.values.length ?? 0;
  const odd = others.find(({ values }) => values.length !== length);
  if (odd === undefined) return true;
  const problem = `\`${odd.column.text}\` has ${odd.values.length} values, and \`${first?.column.text}\` ${length}.`;
  report(context, "E0803", odd.span, { problem });
  return false;
}

/** A row's prices with those that are not given. */
function wholeRow(given: Readonly<Partial<Record<Column, Literal>>>): Readonly<Record<(typeof PRICES)[number], Literal>> | undefined {
  const close = given.close ?? given.open ?? given.high ?? given.low;
  if (close === undefined) return undefined;
  const open = given.open ?? close;
  const [least, most] = open.value < close.value ? [open, close] : [close, open];
  return { open, high: given.high ?? most, low: given.low ?? least, close };
}

/** The rows of a test, none where it gives none; undefined with the mistake reported. */
export function givenRows(context: Context, clauses: readonly TestClause[]): GivenRows | undefined {
  const given = clauses.filter((clause): clause is GivenClause => clause.kind === "given");
  const columns = columnsOf(context, given);
  if (columns === undefined || !isEven(context, given)) return undefined;
  const rows: Record<Column, string[]> = { open: [], high: [], low: [], close: [], volume: [] };
  for (let row = 0; row < (given[0]?.values.length ?? 0); row++) {
    const whole = wholeRow(Object.fromEntries([...columns].map(([name, values]) => [name, values[row]])));
    if (whole === undefined || PRICES.some((name) => whole[name].value > whole.high.value || whole[name].value < whole.low.value)) {
      const problem = whole === undefined ? "Rows have prices." : `On row ${row + 1} a price lies outside of the row's low and high.`;
      report(context, "E0803", given[0]?.span ?? { source: "", start: 0, end: 0 }, { problem });
      return undefined;
    }
    for (const name of PRICES) rows[name].push(whole[name].exact);
    rows.volume.push(columns.get("volume")?.[row]?.exact ?? "0");
  }
  return rows;
}
