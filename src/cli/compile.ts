/** `stratc compile`: writes a strategy's graph, its WebAssembly and what is known of both before they run. */
import { join } from "node:path";
import type { Graph } from "../graph/nodes.ts";
import { BROKERS, type BrokerName } from "../market/broker-capabilities.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { usageFailure } from "./failure.ts";

interface CompileFlags extends CommonFlags {
  readonly file: string;
  readonly output: string;
  readonly target?: BrokerName;
}

export const compileCommand: Command<CompileFlags> = {
  command: "compile <file>",
  describe: "Write a strategy's graph, its WebAssembly and its manifest",
  flags: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "Strategy file" })
      .options({
        output: {
          type: "string",
          alias: "o",
          requiresArg: true,
          default: ".",
          defaultDescription: "here",
          describe: "Folder to write into",
        },
        target: {
          choices: Object.keys(BROKERS) as BrokerName[],
          requiresArg: true,
          describe: "The broker that must be able to hold its orders",
        },
      })
      .example("$0 compile strategies/sma_cross.strat -o build", "# writes build/sma_cross.graph.json, .wasm and .manifest.json"),
  run: async ({ file, output, target, json }, terminal) => {
    const { compiledGraph } = await import("./source.ts");
    const { isFile, makeDirectory, writeWhole } = await import("./files.ts");
    const compiled = compiledGraph(file, json, terminal, target);
    if (compiled === undefined) return 1;
    const artifacts = await artifactsOf(compiled);
    if (isFile(output)) throw usageFailure(`-o takes a folder to write into, and ${output} is a file.`);
    makeDirectory(output);
    const files = artifacts.map(({ file: name, content }) => {
      const path = join(output, name);
      writeWhole(path, content);
      return path;
    });
    if (json) writeJson(terminal, { ok: true, strategy: compiled.strategy, files });
    else terminal.write(`${files.join("\n")}\n`);
    return 0;
  },
};

interface Artifact {
  readonly file: string;
  readonly content: string | Uint8Array;
}

async function artifactsOf(graph: Graph): Promise<readonly Artifact[]> {
  const { graphToJson } = await import("../graph/json.ts");
  const { manifestOf, moduleFiles } = await import("./manifest.ts");
  const modules = moduleFiles(graph);
  return [
    { file: `${graph.strategy}.graph.json`, content: graphToJson(graph) },
    ...modules.map(({ file, bytes }) => ({ file, content: bytes })),
    { file: `${graph.strategy}.manifest.json`, content: `${JSON.stringify(manifestOf(graph, modules), null, 2)}\n` },
  ];
}
