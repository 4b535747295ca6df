/** `stratc lsp`: the language server for editors, over standard input and output. */
import packageJson from "../../package.json" with { type: "json" };
import type { Command, CommonFlags } from "./command.ts";

interface LspFlags extends CommonFlags {
  readonly stdio: boolean;
}

export const lspCommand: Command<LspFlags> = {
  command: "lsp",
  describe: "Serve editors: the language server protocol over standard input and output",
  flags: (yargs) =>
    yargs
      .option("stdio", {
        type: "boolean",
        default: true,
        defaultDescription: "always",
        describe: "What editors ask for; there is no other way",
      })
      .example("$0 lsp", "# started by an editor"),
  run: async () => {
    const { serve } = await import("../adapters/language-server/server.ts");
    const { modelReader, moduleReader, standardPath } = await import("./modules.ts");
    await serve(process.stdin, process.stdout, {
      outsideOf: (path) => ({ readModule: moduleReader(path), readModel: modelReader(path) }),
      libraryPath: standardPath,
      version: packageJson.version,
    });
    return 0;
  },
};
