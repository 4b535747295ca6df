/** `given close [1, 2, 3]`: the rows that a test reads, as columns. A column that is not given is the close, the close the first that is; nothing is traded. */
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

/** Whether the columns are of one length, and no price lies outside of its row's low and high; reports if not. */
function isConsistent(context: Context, clauses: readonly GivenClause[], columns: ReadonlyMap<Column, readonly Literal[]>): boolean {
  const [first, ...others] = clauses;
  const length = first?.values.length ?? 0;
  for (const { values, column, span } of others) {
    if (values.length === length) continue;
    report(context, "E0803", span, { problem: `\`${column.text}\` has ${values.length} values, and \`${first?.column.text}\` ${length}.` });
    return false;
  }
  for (let row = 0; row < length; row++) {
    const at = (name: Column): number => (columns.get(name) ?? columns.get("close") ?? [])[row]?.value ?? Number.NaN;
    const isOutside = PRICES.some((name) => at(name) > at("high") || at(name) < at("low"));
    if (!isOutside || first === undefined) continue;
    report(context, "E0803", first.span, { problem: `On row ${row + 1} a price lies outside of the row's low and high.` });
    return false;
  }
  return true;
}

/** The rows of a test, none where it gives none; undefined with the mistake reported. */
export function givenRows(context: Context, clauses: readonly TestClause[]): GivenRows | undefined {
  const given = clauses.filter((clause): clause is GivenClause => clause.kind === "given");
  const columns = columnsOf(context, given);
  if (columns === undefined || !isConsistent(context, given, columns)) return undefined;
  const price = PRICES.find((name) => columns.has(name)) ?? "volume";
  const closes = columns.get("close") ?? columns.get(price) ?? [];
  const exact = (name: Column): readonly string[] => (columns.get(name) ?? closes).map((literal) => literal.exact);
  const volume = columns.get("volume")?.map((literal) => literal.exact) ?? closes.map(() => "0");
  return { open: exact("open"), high: exact("high"), low: exact("low"), close: exact("close"), volume };
}
