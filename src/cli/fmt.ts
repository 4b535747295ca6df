/** `stratc fmt`: brings files into the one layout of the language. */
import type { Outcome } from "../diagnostics/diagnostic.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { usageFailure } from "./failure.ts";
import type { DiagnosedSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

interface FmtFlags extends CommonFlags {
  readonly files: readonly string[];
  readonly check: boolean;
  readonly stdout: boolean;
}

/** A file and its layout; undefined where it has mistakes of syntax. */
interface FormattedSource extends DiagnosedSource {
  readonly formatted: string | undefined;
}

export const fmtCommand: Command<FmtFlags> = {
  command: "fmt <files..>",
  describe: "Bring files into the one layout of the language",
  flags: (yargs) =>
    yargs
      .positional("files", { type: "string", array: true, describe: "Strategy or module files" })
      .options({
        check: { type: "boolean", default: false, defaultDescription: "write", describe: "Write nothing; exit 1 if a file would change" },
        stdout: { type: "boolean", default: false, defaultDescription: "in place", describe: "Print the text instead of writing the file" },
      })
      .example("$0 fmt --check strategies/sma_cross.strat", "# say whether the file is laid out"),
  run: async ({ files, check, stdout, json }, terminal) => {
    if (stdout && (check || json)) throw usageFailure("--stdout prints texts: it does not go with --check or --json.");
    const { format } = await import("../language/format.ts");
    const { readText, writeWhole } = await import("./files.ts");
    const sources = files.map((path) => {
      const text = readText(path);
      return sourceOf(path, text, format(text, path));
    });
    for (const { path, formatted } of check || stdout ? [] : sources.filter(isChanged))
      if (formatted !== undefined) writeWhole(path, formatted);
    if (json) await writeFormats(sources, terminal);
    else await noteFormats(sources, { check, stdout }, terminal);
    return sources.every((source) => source.formatted !== undefined && !(check && isChanged(source))) ? 0 : 1;
  },
};

function sourceOf(path: string, text: string, { value, diagnostics }: Outcome<string>): FormattedSource {
  return { path, text, diagnostics, formatted: value };
}

function isChanged({ text, formatted }: FormattedSource): boolean {
  return formatted !== undefined && formatted !== text;
}

async function writeFormats(sources: readonly FormattedSource[], terminal: Terminal): Promise<void> {
  const { diagnosticJson } = await import("./source.ts");
  const files = sources.map((source) => ({
    file: source.path,
    ok: source.formatted !== undefined,
    changed: isChanged(source),
    diagnostics: source.diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source)),
  }));
  writeJson(terminal, { ok: files.every(({ ok }) => ok), files });
}

async function noteFormats(
  sources: readonly FormattedSource[],
  { check, stdout }: Pick<FmtFlags, "check" | "stdout">,
  terminal: Terminal,
): Promise<void> {
  const { presentDiagnostics } = await import("./source.ts");
  for (const source of sources) {
    presentDiagnostics(source, false, terminal);
    if (source.formatted === undefined) terminal.note(`${source.path}: left as it is, it has errors\n`);
    else if (stdout) terminal.write(source.formatted);
    else if (isChanged(source)) terminal.write(`${source.path}: ${check ? "would be changed" : "formatted"}\n`);
  }
}
