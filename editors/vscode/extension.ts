/** Starts `stratc lsp` for .strat files. Where there is no such command colours and snippets still work, and it is said once. */
import { execFile } from "node:child_process";
import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

const SETTING = "stratc.path";

export async function activate(context: ExtensionContext): Promise<void> {
  const command = workspace.getConfiguration().get<string>(SETTING, "");
  if (command === "") return;
  if (!(await answers(command))) {
    const choice = "Set the path";
    const chosen = await window.showInformationMessage(`\`${command}\` could not be started, so there are colours and snippets only.`, choice);
    if (chosen === choice) await commands.executeCommand("workbench.action.openSettings", SETTING);
    return;
  }
  const server = { command, args: ["lsp"] };
  const client = new LanguageClient("stratc", "stratc", server, { documentSelector: [{ language: "stratc" }] });
  context.subscriptions.push(client);
  await client.start();
}

/** Whether there is such a command. */
function answers(command: string): Promise<boolean> {
  return new Promise((resolve) => execFile(command, ["--version"], (error) => resolve(error === null)));
}
