/** Writes rows of values as text, CSV or JSON. */
import type { DatasetInfo } from "../market/bars.ts";
import { isoText } from "../report/text.ts";
import type { ValueRow } from "./expression-rows.ts";

/** Wide enough for any float64 in its shortest text. */
const VALUE_COLUMNS = 24;

export interface ValuesHeader {
  readonly expression: string;
  readonly info: DatasetInfo;
  readonly columns: readonly string[];
}

export interface ValuesWriter {
  readonly rows: (rows: readonly ValueRow[]) => void;
  readonly end: () => void;
}

export function valuesWriter(form: "text" | "csv" | "json", header: ValuesHeader, write: (text: string) => void): ValuesWriter {
  switch (form) {
    case "text":
      return lineWriter(["time".padEnd(20), ...header.columns.map((name) => name.padStart(VALUE_COLUMNS))].join(" "), textLine, write);
    case "csv":
      return lineWriter(["time", ...header.columns].join(","), csvLine, write);
    case "json":
      return jsonWriter(header, write);
  }
}

function lineWriter(first: string, line: (row: ValueRow) => string, write: (text: string) => void): ValuesWriter {
  write(`${first}\n`);
  return {
    rows: (rows) => {
      if (rows.length > 0) write(`${rows.map(line).join("\n")}\n`);
    },
    end: () => {},
  };
}

/** The shortest text that reads back as the same float64. */
function valueText(value: ValueRow["values"][number]): string {
  return value === null ? "" : String(value);
}

function textLine({ time, values }: ValueRow): string {
  return [isoText(time).padEnd(20), ...values.map((value) => valueText(value).padStart(VALUE_COLUMNS))].join(" ").trimEnd();
}

function csvLine({ time, values }: ValueRow): string {
  return [isoText(time), ...values.map(valueText)].join(",");
}

/** Kept until the end, so that a run that halts leaves one JSON value and not a torn one. */
function jsonWriter({ expression, info, columns }: ValuesHeader, write: (text: string) => void): ValuesWriter {
  const lines: string[] = [];
  return {
    rows: (rows) => {
      for (const { time, values } of rows) lines.push(JSON.stringify([isoText(time), ...values]));
    },
    end: () => {
      const head = JSON.stringify({ ok: true, expression, symbol: info.symbol, data_hash: info.hash, columns: ["time", ...columns] });
      write(`${head.slice(0, -1)},"rows":[\n${lines.join(",\n")}\n]}\n`);
    },
  };
}
