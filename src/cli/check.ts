/** `stratc check`: says what is wrong with strategy files, without running them. */
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import type { CompiledSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

interface CheckFlags extends CommonFlags {
  readonly files: readonly string[];
}

export const checkCommand: Command<CheckFlags> = {
  command: "check <files..>",
  describe: "Say what is wrong with strategy files, without running them",
  flags: (yargs) =>
    yargs
      .positional("files", { type: "string", array: true, describe: "Strategy files" })
      .example("$0 check strategies/sma_cross.strat", "# check one file"),
  run: async ({ files, json }, terminal) => {
    const { compileSource } = await import("./source.ts");
    const sources = files.map((file) => compileSource(file));
    if (json) await writeChecks(sources, terminal);
    else await noteChecks(sources, terminal);
    return sources.every((source) => source.ok) ? 0 : 1;
  },
};

async function writeChecks(sources: readonly CompiledSource[], terminal: Terminal): Promise<void> {
  const { diagnosticJson } = await import("./source.ts");
  const { graphHash } = await import("../graph/hash.ts");
  const files = sources.map((source) => ({
    file: source.path,
    ok: source.ok,
    strategy: source.graph?.strategy ?? null,
    graph_hash: source.graph === undefined ? null : graphHash(source.graph),
    diagnostics: source.diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source)),
  }));
  writeJson(terminal, { ok: files.every((file) => file.ok), files });
}

async function noteChecks(sources: readonly CompiledSource[], terminal: Terminal): Promise<void> {
  const { presentDiagnostics } = await import("./source.ts");
  for (const source of sources) {
    presentDiagnostics(source, false, terminal);
    const errors = source.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
    const warnings = source.diagnostics.length - errors;
    const found = [...(errors > 0 ? [counted(errors, "error")] : ["ok"]), ...(warnings > 0 ? [counted(warnings, "warning")] : [])];
    terminal.write(`${source.path}: ${found.join(", ")}\n`);
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
