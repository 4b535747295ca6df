/** Corporate actions in files: tables that users bring, and those that the store keeps beside a symbol's bars. */
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ActionTable, actionsText, readActions } from "../../data/actions.ts";
import { type DataResult, failure } from "../../data/problems.ts";
import type { CorporateAction } from "../../market/actions.ts";
import { type CalendarName, calendarNamed } from "../../market/calendars.ts";
import { readInput } from "./inputs.ts";

/** Reads a table of actions. */
export async function openActions(path: string, calendar: CalendarName): Promise<DataResult<ActionTable>> {
  const file = await readInput(path);
  if (!file.ok) return file;
  const { content, name } = file.value;
  if (content === "parquet") return failure("D301", name, "it is a Parquet file");
  return readActions(new TextDecoder().decode(content), name, calendarNamed(calendar));
}

/** Where the store keeps the actions of a symbol. */
export function actionsPath(store: string, symbol: string): string {
  return join(store, symbol, "actions.csv");
}

/** What the store has of a symbol; none where it has no table. */
export async function storedActions(
  store: string,
  symbol: string,
  calendar: CalendarName,
): Promise<DataResult<readonly CorporateAction[]>> {
  const path = actionsPath(store, symbol);
  if (!existsSync(path)) return { ok: true, value: [] };
  const table = await openActions(path, calendar);
  return table.ok ? { ok: true, value: table.value.get("") ?? [] } : table;
}

/** Writes the table of a symbol whole or not at all, in the place of an older one only with `replace`. Gives whether it was written. */
export async function saveActions(store: string, symbol: string, actions: readonly CorporateAction[], replace: boolean): Promise<boolean> {
  const path = actionsPath(store, symbol);
  if (existsSync(path) && !replace) return false;
  await mkdir(join(store, symbol), { recursive: true });
  await writeFile(`${path}.part`, actionsText(actions));
  await rename(`${path}.part`, path);
  return true;
}
