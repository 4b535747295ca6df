/** The modules beside a graph, and what the manifest says of them: which serves which lane, and that it is that file. */
import type { FormGraph } from "./form.ts";
import { hashOf } from "./identity.ts";
import type { Lane } from "./lanes.ts";
import { checkModule } from "./module.ts";
import type { Report } from "./problem.ts";
import { isRecord } from "./shape.ts";

/** A WebAssembly file that was examined. */
export interface ModuleFound {
  readonly file: string;
  readonly hash: string;
  /** In bytes; null where it has no bound, which is reported. */
  readonly memoryMax: number | null;
}

/** What the manifest says of one module. */
interface LaneClaim {
  readonly module: string;
  readonly module_hash: string;
  readonly clock: string;
  /** Null for the universe. */
  readonly symbols: readonly string[] | null;
}

/**
 * Examines the modules beside a graph, by file name: those that the manifest names, all where there is none. Where there is none of them, nothing of
 * them can be said; where there is one, each that the manifest names must be there and be the one it names.
 */
export function checkModules(
  modules: ReadonlyMap<string, Uint8Array>,
  manifest: Readonly<Record<string, unknown>> | null,
  report: Report,
): readonly ModuleFound[] {
  const claims = manifest === null ? [] : laneClaims(manifest, report);
  const found = [...modules].flatMap(([file, bytes]) => {
    if (manifest !== null && !claims.some(({ module }) => module === file)) return [];
    return [{ file, hash: hashOf(bytes), memoryMax: checkModule(bytes, (text) => report(`${file}: ${text}`)) }];
  });
  if (found.length === 0) return [];
  for (const { module, module_hash: claimed } of claims) {
    const hash = found.find(({ file }) => file === module)?.hash;
    if (hash === undefined) report(`lanes name ${module}, which is not beside the graph`);
    else if (hash !== claimed) report(`module_hash of ${module} is ${JSON.stringify(claimed)}; derived: "${hash}"`);
  }
  return found;
}

/** That each lane of the graph has a module, and each module a lane. */
export function checkLanes(graph: FormGraph, lanes: readonly Lane[], manifest: Readonly<Record<string, unknown>>, report: Report): void {
  const nameOf = (symbol: number | null): string => (symbol === null ? "universe" : (graph.symbols[symbol]?.name ?? ""));
  const derived = new Set(lanes.map(({ clock, symbol }) => `${nameOf(symbol)} on ${graph.clocks[clock]?.name}`));
  const claimed = new Set(
    laneClaims(manifest, report).flatMap(({ clock, symbols }) => (symbols ?? [nameOf(null)]).map((symbol) => `${symbol} on ${clock}`)),
  );
  const missing = [...derived].filter((lane) => !claimed.has(lane));
  const extra = [...claimed].filter((lane) => !derived.has(lane));
  if (missing.length > 0) report(`lanes have no module for ${missing[0]}${more(missing)}`);
  if (extra.length > 0) report(`lanes have a module for ${extra[0]}, which nothing needs${more(extra)}`);
}

function more(all: readonly string[]): string {
  return all.length === 1 ? "" : ` (and ${all.length - 1} more)`;
}

function laneClaims({ lanes }: Readonly<Record<string, unknown>>, report: Report): readonly LaneClaim[] {
  if (Array.isArray(lanes) && lanes.every(isClaim)) return lanes;
  report("lanes are no list of modules with their clocks and symbols");
  return [];
}

function isClaim(lane: unknown): lane is LaneClaim {
  if (!isRecord(lane)) return false;
  const { module, module_hash, clock, symbols } = lane;
  const isText = (value: unknown): boolean => typeof value === "string";
  return [module, module_hash, clock].every(isText) && (symbols === null || (Array.isArray(symbols) && symbols.every(isText)));
}
