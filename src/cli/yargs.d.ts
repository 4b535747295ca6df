/** The part of yargs 18 that the commands use; the package brings no types of its own. */
declare module "yargs" {
  export interface Option {
    readonly alias?: string;
    readonly type?: "string" | "number" | "boolean";
    readonly array?: boolean;
    readonly default?: string | number | boolean | readonly string[];
    readonly defaultDescription?: string;
    readonly choices?: readonly string[];
    readonly describe?: string;
    readonly demandOption?: boolean;
    readonly requiresArg?: boolean;
    readonly conflicts?: string | readonly string[];
    readonly group?: string;
    readonly hidden?: boolean;
  }

  export type Arguments<T = object> = T & { readonly _: readonly (string | number)[]; readonly $0: string };

  export interface CommandModule<T = object, U = object> {
    readonly command: string;
    readonly describe: string;
    readonly builder: (yargs: Argv<T>) => Argv<U>;
    readonly handler: (args: Arguments<U>) => void | Promise<void>;
  }

  export interface Argv<T = object> {
    command<U>(module: CommandModule<object, U>): Argv<T>;
    option(name: string, option: Option): Argv<T>;
    options(options: Readonly<Record<string, Option>>): Argv<T>;
    positional(name: string, option: Option): Argv<T>;
    example(command: string, description: string): Argv<T>;
    usage(message: string): Argv<T>;
    epilogue(message: string): Argv<T>;
    group(names: readonly string[], title: string): Argv<T>;
    scriptName(name: string): Argv<T>;
    version(version: string): Argv<T>;
    help(): Argv<T>;
    locale(name: string): Argv<T>;
    wrap(columns: number | null): Argv<T>;
    strict(): Argv<T>;
    demandCommand(minimum: number, message: string): Argv<T>;
    parserConfiguration(settings: Readonly<Record<string, boolean>>): Argv<T>;
    exitProcess(exit: boolean): Argv<T>;
    fail(handler: (message: string | null, error: Error | undefined) => void): Argv<T>;
    showHelpOnFail(show: boolean): Argv<T>;
    getOptions(): { readonly key: Readonly<Record<string, unknown>> };
    parseAsync(args: readonly string[]): Promise<Arguments<T>>;
  }

  export default function yargs(args?: readonly string[]): Argv;
}
