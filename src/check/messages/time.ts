/** Messages about what was when: offsets, recursions, memory. */
import type { Message } from "../../diagnostics/catalogue.ts";

const error = "error";

interface Fast {
  readonly name: string;
  readonly from: string;
  readonly here: string;
  /** What a tick of the slow clock is called. */
  readonly each: string;
  readonly count: number | undefined;
  readonly what: string;
}

export const TIME = {
  E0201: {
    severity: error,
    title: "reads the future",
    text: ({ value }: { value: string }) =>
      `This reads a bar that has not happened yet. \`${value}\` is of this bar, \`${value}[1]\` of the previous one.`,
    label: ({ offset }: { value: string; offset: string }) => offset,
  },
  E0202: {
    severity: error,
    title: "unbounded offset",
    text: ({ value, offset }: { value: string; offset: string }) =>
      `\`${value}[${offset}]\` needs a known limit: \`${value}[${offset} max 50]\`.`,
    label: ({ what }: { value: string; offset: string; what: string }) => what,
  },
  E0203: {
    severity: error,
    title: "cycle without delay",
    text: ({ path }: { path: string }) => `\`${path}\` depends on itself without a delay. Keep a past value with \`rec\` and \`prev\`.`,
    label: () => "leads back here",
  },
  E0204: {
    severity: error,
    title: "prev outside rec",
    text: ({ name }: { name: string }) => `\`prev(${name})\` only has meaning in the \`then\` of \`rec ${name}\`.`,
    label: () => "",
  },
  E0205: {
    severity: error,
    title: "rec without seed",
    text: ({ name }: { name: string }) => `What is \`${name}\` on its first bar? Write \`rec ${name} = seed … then …\`.`,
    label: () => "no seed",
  },
  E0206: {
    severity: error,
    title: "never forgets",
    text: ({ name }: { name: string }) =>
      `\`${name}\` never forgets where it started (coefficient 1), so live and backtest can differ: \`reset when\`, a window with \`since:\`, or \`settles in\`.`,
    label: () => "decided by a value that depends on the first bar",
  },
  E0208: {
    severity: error,
    title: "whole-sample statistic",
    text: ({ fn, value }: { fn: string; value: string }) =>
      `\`${fn}(${value})\` without a window would see the future: say how many bars, \`${fn}(${value}, 20)\`, or \`since: session\`.`,
    label: () => "no window",
  },
  E0210: {
    severity: error,
    title: "the future outside a label",
    text: ({ what }: { what: string }) =>
      `${what} reads bars that have not happened: only a \`label\` may, and no rule, limit, value, input of a model or other label reads one.`,
    label: () => "the future",
  },
  E0301: {
    severity: error,
    title: "slow value in a fast place",
    text: ({ name, from, here }: { name: string; from: string; here: string; what: string }) =>
      `\`${name}\` lives on \`${from}\`, this runs on \`${here}\`.`,
    label: ({ what }: { name: string; from: string; here: string; what: string }) => what,
  },
  E0302: {
    severity: error,
    title: "fast value in a slow place",
    text: ({ name, from, here, each, count }: Fast) =>
      `\`${name}\` lives on \`${from}\`, this runs on \`${here}\`: a ${each} has ${count === undefined ? "several" : count} of its values. Which?`,
    label: ({ what, from }: Fast) => `${what} on ${from}`,
  },
  E0303: {
    severity: error,
    title: "bars that do not fill a clock",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
  E0304: {
    severity: error,
    title: "rank in an exit",
    text: () => "A symbol that is not ready has no rank, and an exit must say what that means: `(…) ?? false`.",
    label: ({ value }: { value: string }) => value,
  },
  E0305: {
    severity: error,
    title: "looks back over a slower clock",
    text: ({ text, clock, here }: { text: string; clock: string; here: string }) =>
      `\`${text}\` changes only with \`${clock}\`: to look back over it here would count ticks of \`${here}\`.`,
    label: ({ clock }: { text: string; clock: string; here: string }) => `changes with ${clock}`,
  },
  E0306: {
    severity: error,
    title: "which symbol",
    text: ({ text, ways }: { text: string; ways: readonly string[] }) =>
      ways.length === 0
        ? `\`${text}\` of which symbol? What acts across the universe reads \`cash\` and \`equity\` of the account only.`
        : `\`${text}\` of which symbol? ${ways.map((way) => `\`${way}\``).join(", or ")}.`,
    label: () => "one for every symbol",
  },
  E0411: {
    severity: error,
    title: "changes from bar to bar",
    text: ({ what }: { what: string }) => `${what} must be fixed for the run: a number, an \`int\` or a parameter.`,
    label: ({ value }: { what: string; value: string }) => value,
  },
  E0412: {
    severity: error,
    title: "no history",
    text: ({ reason }: { reason: "account" | "recursive" | "indexed" | "moved" | "elsewhere" }) =>
      ({
        account: "Account values have no history: only their value of now can be read.",
        recursive: "The past of a recursion goes through arithmetic only: take windows and offsets outside its `then`.",
        indexed: "What depends on the index of a reduction has no history of its own: write the offset outside, `f(x)[i]`.",
        elsewhere: "Account values are read of now, and of the symbol for which a rule acts: no clock, symbol or group stands before them.",
        moved: "An index and the past of a recursion stay on their clock and symbol: give the whole a name there, and read that.",
      })[reason],
    label: () => "",
  },
  E0802: {
    severity: error,
    title: "settling not stated",
    text: ({ name }: { name: string }) =>
      `How long \`${name}\` remembers its start cannot be derived: state it, \`settles in 500bars\`; it is checked at warm-up from two starts.`,
    label: () => "not a weighted sum of its past",
  },
} as const satisfies Readonly<Record<string, Message<never>>>;
