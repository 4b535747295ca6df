/** A picture as text: a table of what is computed, then what rules do with it, what halts them, and the gate. */
import type { Box, Picture } from "./picture.ts";
import { grouped, settlingText } from "./words.ts";

/** The picture as lines of text. */
export function pictureText(picture: Picture): string {
  const { title, totals, clocks, boxes } = picture;
  const of = (kind: Box["kind"]): readonly Box[] => boxes.filter((box) => box.kind === kind);
  const computed = table(
    ["", "clock", "unit", "range", "warm-up", "settling", "bytes", "operations", "reads"],
    [...of("value"), ...of("rule")].map((box) => row(picture, box)),
  );
  const parts = [
    [title, ...clocks.map((clock) => `  clock ${clock}`), `  ${totals.join(", ")}`],
    ["Computed", ...computed],
    section("Rules", of("rule"), (box) => [...box.lines.slice(0, -2), ...orderLines(picture, box)]),
    section("Monitors", of("monitor")),
    section("Gate", of("gate")),
  ];
  return `${parts
    .filter((part) => part.length > 1)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`;
}

function section(title: string, boxes: readonly Box[], lines: (box: Box) => readonly string[] = (box) => box.lines): readonly string[] {
  return [title, ...boxes.flatMap((box) => [`  ${box.title}`, ...lines(box).map((line) => `    ${line}`)])];
}

/** What leaves the gate for a rule. */
function orderLines({ boxes }: Picture, { id }: Box): readonly string[] {
  return boxes.find((box) => box.id === id.replace(/^rule_/, "order_"))?.lines ?? [];
}

function row(picture: Picture, { id, title, clock, facts, isIdle }: Box): readonly string[] {
  const [name = ""] = clock === null ? [] : (picture.clocks[clock]?.split(":") ?? []);
  const byId = new Map(picture.boxes.map((box) => [box.id, box]));
  const reads = picture.arrows
    .filter(({ to }) => to === id)
    .flatMap(({ from, label, columns }) => {
      const name = byId.get(from)?.title ?? "";
      return columns.length > 0 ? columns : [label === "" ? name : `${label}.${name}`];
    });
  if (facts === null) throw new Error(`no facts of ${id}`);
  const { unit, range, warmup, settling, bytes, operations } = facts;
  const numbers = [String(warmup), settlingText(settling), String(bytes), String(operations)];
  const written = numbers.map((text) => (/^\d+$/.test(text) ? grouped(text) : text));
  return [`${title}${isIdle ? " (no rule needs it)" : ""}`, name, unit, range, ...written, [...new Set(reads)].join(", ")];
}

/** Columns as wide as their widest cell; figures stand to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const figures = new Set([4, 5, 6, 7]);
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((cells) => cells[column]?.length ?? 0)));
  return [head, ...rows].map((cells) =>
    `  ${cells
      .map((cell, column) => (figures.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")}`.trimEnd(),
  );
}
