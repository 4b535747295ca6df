/** `stratc data`: brings market data into the store, says what is there, and makes data where there is none. */
import type { Argv, CommandModule } from "yargs";
import { importActions } from "./data-actions.ts";
import { generateData } from "./data-generate.ts";
import { importData } from "./data-import.ts";
import { listData, showData } from "./data-store.ts";
import type { Terminal } from "./terminal.ts";

export function dataCommand(terminal: Terminal): CommandModule {
  return {
    command: "data",
    describe: "Bring market data into the store, list it, or generate some",
    builder: (yargs: Argv) =>
      yargs
        .command(importData(terminal))
        .command(importActions(terminal))
        .command(listData(terminal))
        .command(showData(terminal))
        .command(generateData(terminal))
        .demandCommand(1, "Which of import, actions, list, info, generate?")
        .example("$0 data import spy.csv.gz --symbol SPY", "read a file, check it, and keep it as SPY")
        .example("$0 data list", "what the store has"),
    handler: () => undefined,
  };
}
