/** Messages about what was when: offsets, recursions, memory. */
import type { Message } from "../../diagnostics/catalogue.ts";

const error = "error";

export const TIME = {
  E0201: {
    severity: error,
    title: "reads the future",
    text: ({ value }: { value: string }) => `This reads a bar that has not happened yet. \`${value}[1]\` is the previous one.`,
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
  E0303: {
    severity: error,
    title: "bars that do not fill a clock",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
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
    text: ({ reason }: { reason: "account" | "recursive" | "indexed" }) =>
      ({
        account: "Account values have no history: only their value of now can be read.",
        recursive: "The past of a recursion goes through arithmetic only: take windows and offsets outside its `then`.",
        indexed: "What depends on the index of a reduction has no history of its own: write the offset outside, `f(x)[i]`.",
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
