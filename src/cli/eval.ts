/** `stratc eval`: the value of one expression on every bar, for looking at an indicator without writing a strategy. */
import type { ExpressionGraph } from "../compile.ts";
import type { BarSource } from "../market/bars.ts";
import type { Command, CommonFlags } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { addDataFlags, type DataFlags, openWanted } from "./data-flags.ts";
import { type ExitCode, usageFailure } from "./failure.ts";
import { countOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface EvalFlags extends CommonFlags, DataFlags {
  readonly expression: string;
  readonly data: readonly string[];
  readonly csv: boolean;
  readonly last?: string;
  readonly calendar: "nyse" | "always";
}

export const evalCommand: Command<EvalFlags> = {
  command: "eval <expression>",
  describe: "Print the value of an expression on every bar",
  flags: (yargs) =>
    addDataFlags(
      yargs
        .group(["data", "last", "csv", "calendar"], "What to print:")
        .positional("expression", { type: "string", describe: "An expression over the market: 'macd(close, 12, 26, 9)'" })
        .options({
          data: {
            type: "string",
            array: true,
            requiresArg: true,
            demandOption: true,
            describe: "File, sample:NAME, or symbol of the store",
          },
          csv: { type: "boolean", default: false, defaultDescription: "aligned text", describe: "Print comma-separated values" },
          last: { type: "string", requiresArg: true, describe: "Only the last N bars" },
          ...configOptions(["calendar"]),
        })
        .example("$0 eval 'rsi(close, 14)' --data sample:sp500 --last 5", "# the last five values of an indicator"),
    ),
  run: async (flags, terminal) => {
    if (flags.csv && flags.json) throw usageFailure("--csv and --json exclude each other.");
    const last = countOf("--last", flags.last);
    const bars = await openWanted({ locations: flags.data, calendar: flags.calendar }, flags, terminal);
    const compiled = await compiledExpression(flags, bars, terminal);
    return compiled === undefined ? 1 : printValues(compiled, bars, flags, last, terminal);
  },
};

async function compiledExpression(flags: EvalFlags, { info }: BarSource, terminal: Terminal): Promise<ExpressionGraph | undefined> {
  const { compileExpression } = await import("../compile.ts");
  const { moduleReader } = await import("./modules.ts");
  const { presentDiagnostics } = await import("./source.ts");
  const name = "expression";
  const { value, diagnostics } = compileExpression(flags.expression, {
    name,
    readModule: moduleReader("."),
    symbol: info.symbol,
    calendar: flags.calendar,
    clock: { name: "bar", width: info.width, of: null, regularOnly: false, shortLast: false },
  });
  presentDiagnostics({ path: name, text: flags.expression, diagnostics }, value === undefined && flags.json, terminal);
  return value;
}

async function printValues(
  compiled: ExpressionGraph,
  bars: BarSource,
  flags: EvalFlags,
  last: number | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const { expressionRows } = await import("./expression-rows.ts");
  const { valuesWriter } = await import("./values-writer.ts");
  const columns = compiled.outputs.length === 1 ? ["value"] : compiled.outputs.map((output) => output.name);
  const form = flags.json ? "json" : flags.csv ? "csv" : "text";
  const writer = valuesWriter(form, { expression: flags.expression, info: bars.info, columns }, terminal.write);
  const first = last === undefined ? 0 : bars.info.rows - last;
  let isEmpty = true;
  for await (const rows of expressionRows(compiled, bars)) {
    const shown = rows.filter((row) => row.number >= first);
    isEmpty &&= shown.every(({ values }) => values.every((value) => value === null));
    writer.rows(shown);
  }
  writer.end();
  if (isEmpty) terminal.note(`note: ${await emptyText(compiled, bars.info.rows)}\n`);
  return 0;
}

/** Why no bar that was printed has a value. */
async function emptyText({ graph, outputs }: ExpressionGraph, rows: number): Promise<string> {
  const { bounds } = await import("../graph/bounds.ts");
  const { warmup } = bounds(graph, []);
  const needed = Math.min(...outputs.map(({ node }) => warmup[node] ?? 1));
  if (needed > rows)
    return `no bar has a value: the first is at bar ${needed}, and the data has ${rows}. Give more data, or a shorter window.`;
  return "none of these bars has a value.";
}
