/** Messages about what values are: units, kinds, ranges, and whether there is one at all. */
import type { Message } from "../../diagnostics/catalogue.ts";

const error = "error";

export const VALUES = {
  E0401: {
    severity: error,
    title: "unit mismatch",
    text: ({ operation, left, right }: { operation: string; left: string; right: string }) =>
      `${operation}: ${left} and ${right} do not fit.`,
    label: ({ right }: { operation: string; left: string; right: string }) => right,
  },
  E0403: {
    severity: error,
    title: "no answer possible where one is needed",
    text: ({ what, reason }: { what: string; reason: string }) =>
      `${what} needs a value, and this may have none${reason}: give a default with \`??\`.`,
    label: ({ value }: { what: string; reason: string; value: string }) => value,
  },
  E0404: {
    severity: error,
    title: "index against ratio",
    text: ({ number, ratio }: { number: string; ratio: string }) =>
      `${number === "" ? "This" : `This index (${number})`} is a number, ${ratio} is a ratio: compare it with a plain number.`,
    label: () => "ratio",
  },
  E0405: {
    severity: error,
    title: "adjusted against traded price",
    text: ({ operation, left, right }: { operation: string; left: string; right: string }) =>
      `${operation}: ${left} and ${right} do not fit. What is adjusted for dividends fits only what is adjusted too, and nothing trades at it.`,
    label: ({ right }: { operation: string; left: string; right: string }) => right,
  },
  E0407: {
    severity: error,
    title: "impossible comparison",
    text: ({ text, always, because }: { text: string; always: boolean; because: string }) =>
      `\`${text}\` is ${always ? "always" : "never"} true: ${because}.`,
    label: ({ always }: { text: string; always: boolean; because: string }) => (always ? "always true" : "never true"),
  },
  E0408: {
    severity: error,
    title: "outside of its range",
    text: ({ what, range, value }: { what: string; range: string; value: string }) => `${what} must be ${range}, and this is ${value}.`,
    label: () => "outside",
  },
  E0409: {
    severity: error,
    title: "wrong kind of value",
    text: ({ what, wanted }: { what: string; wanted: string }) => `${what} must be ${wanted}.`,
    label: ({ value }: { what: string; wanted: string; value: string }) => value,
  },
  E0801: {
    severity: error,
    title: "parameter space",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
} as const satisfies Readonly<Record<string, Message<never>>>;
