/** `stratc check`: says what is wrong with strategy files, without running them, and with `--fix` puts right what leaves no doubt. */
import type { Change } from "../diagnostics/fixes.ts";
import { BROKERS, type BrokerName } from "../market/broker-capabilities.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import type { CheckedSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

interface CheckFlags extends CommonFlags {
  readonly files: readonly string[];
  readonly fix: boolean;
  readonly "dry-run": boolean;
  readonly target?: BrokerName;
}

/** A file after the fixes, if any were asked for. */
interface CheckedFile {
  readonly source: CheckedSource;
  /** Whether the file as it lies on the disk is without errors. */
  readonly ok: boolean;
  readonly changes: readonly Change[];
}

export const checkCommand: Command<CheckFlags> = {
  command: "check <files..>",
  describe: "Say what is wrong with strategy files, without running them",
  flags: (yargs) =>
    yargs
      .positional("files", { type: "string", array: true, describe: "Strategy files" })
      .option("fix", { type: "boolean", default: false, describe: "Put right what can be meant in one way only, and show it" })
      .option("dry-run", { type: "boolean", default: false, describe: "With --fix: show what would change, and write nothing" })
      .option("target", {
        choices: Object.keys(BROKERS) as BrokerName[],
        requiresArg: true,
        describe: "Say, too, what this broker cannot do",
      })
      .example("$0 check strategies/sma_cross.strat", "# check one file")
      .example("$0 check --fix --dry-run strategies/sma_cross.strat", "# what would be put right"),
  run: async ({ files, fix, "dry-run": dryRun, target, json }, terminal) => {
    if (dryRun && !fix) throw usageFailure("--dry-run goes with --fix.");
    const { checkSource } = await import("./source.ts");
    const checked: CheckedFile[] = [];
    const unread: CommandFailure[] = [];
    for (const path of files) {
      try {
        checked.push(fix ? await fixFile(path, dryRun, target) : unchanged(checkSource(path, target)));
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        unread.push(error);
      }
    }
    const [failure] = unread;
    if (json && failure !== undefined) throw failure;
    if (json) await writeChecks(checked, terminal);
    else await noteChecks(checked, dryRun, terminal);
    for (const other of unread.slice(1)) terminal.note(`error: ${other.message}\n`);
    if (failure !== undefined) throw failure;
    return checked.every((file) => file.ok) ? 0 : 1;
  },
};

function unchanged(source: CheckedSource): CheckedFile {
  return { source, ok: source.ok, changes: [] };
}

async function fixFile(path: string, dryRun: boolean, target: BrokerName | undefined): Promise<CheckedFile> {
  const { fixSource } = await import("./fix.ts");
  const { before, source, changes } = fixSource(path, dryRun, target);
  return { source, ok: dryRun ? before.ok : source.ok, changes };
}

async function writeChecks(checked: readonly CheckedFile[], terminal: Terminal): Promise<void> {
  const { diagnosticJson } = await import("./source.ts");
  const { graphHash } = await import("../graph/hash.ts");
  const { lower } = await import("../lower/lower.ts");
  const files = checked.map(({ source, ok, changes }) => ({
    file: source.path,
    ok,
    strategy: source.program?.outline.strategy ?? null,
    graph_hash: source.program === undefined ? null : graphHash(lower(source.program)),
    diagnostics: source.diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source)),
    fixes: changes,
  }));
  writeJson(terminal, { ok: files.every((file) => file.ok), files });
}

async function noteChecks(checked: readonly CheckedFile[], dryRun: boolean, terminal: Terminal): Promise<void> {
  const { presentDiagnostics } = await import("./source.ts");
  for (const { source, changes } of checked) {
    for (const change of changes) terminal.write(changeText(change, source.path));
    presentDiagnostics(source, false, terminal);
    const errors = source.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
    const warnings = source.diagnostics.length - errors;
    const fixes = changes.flatMap((change) => change.reasons).length;
    const found = [
      ...(fixes > 0 ? [`${counted(fixes, "fix", "fixes")}${dryRun ? " not written" : ""}`] : []),
      ...(errors > 0 ? [counted(errors, "error")] : ["ok"]),
      ...(warnings > 0 ? [counted(warnings, "warning")] : []),
    ];
    terminal.write(`${source.path}: ${found.join(", ")}\n`);
  }
  const first = checked.flatMap(({ source }) => source.diagnostics).at(0);
  if (first !== undefined) terminal.note(`\`stratc explain ${first.code}\` says more.\n`);
}

/** The lines as they were and as they are, under the reasons. */
function changeText({ line, reasons, before, after }: Change, path: string): string {
  const marked = (mark: string, text: string) => text.split(/\r\n|\n|\r/).map((one) => `  ${mark} ${one}\n`);
  const heads = reasons.map(({ code, message }) => `${path}:${line}: ${message} [${code}]\n`);
  return [...heads, ...marked("-", before), ...marked("+", after)].join("");
}

function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
