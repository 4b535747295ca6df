/** Messages about rules, sizes, stops and limits. */
import type { Message } from "../../diagnostics/catalogue.ts";

const error = "error";

interface MostlyRejected {
  readonly size: string;
  readonly limit: string;
  /** What is of this size. */
  readonly what: "target" | "order";
  /** What it comes to at its worst price; undefined where it is above the limit even so. */
  readonly worst: { readonly size: string; readonly collar: string } | undefined;
  /** Whether the limit is of one order, not of what is held. */
  readonly isOfOrder?: boolean;
  readonly trims: boolean;
}

export const TRADING = {
  E0402: {
    severity: error,
    title: "bare percentage as size",
    text: ({ text, verb }: { text: string; verb: string }) =>
      `${text} of what? \`${verb === "risk" ? "size" : verb} ${text} * equity\` is a part of the account, \`risk ${text} * equity\` what the stop may lose.`,
    label: () => "a ratio of nothing",
  },
  E0406: {
    severity: error,
    title: "optional in an exit",
    text: ({ reason }: { reason: string }) => `This may have no value${reason}, and an exit must say what that means: \`(…) ?? false\`.`,
    label: ({ value }: { reason: string; value: string }) => value,
  },
  E0413: {
    severity: error,
    title: "a trade's value outside of its trade",
    text: ({ name, where }: { name: string; where: string }) => `\`${name}\` is known in an open trade: it can be read in ${where} only.`,
    label: () => "not known here",
  },
  E0601: {
    severity: error,
    title: "no limit on a path",
    text: ({ missing }: { missing: string }) => `An order can reach the broker with no limit: missing ${missing}.`,
    label: () => "sends orders",
  },
  E0602: {
    severity: error,
    title: "always rejected",
    text: ({ size, limit, trims }: { size: string; limit: string; trims: boolean }) =>
      `Sizing is at least ${size}, and the limit is ${limit}: no order of that size can pass. Lower it${trims ? ", or add `trim`" : ""}.`,
    label: () => "too large",
  },
  W0602: {
    severity: "warning",
    title: "mostly rejected",
    text: ({ what, size, limit, worst, isOfOrder, trims }: MostlyRejected) =>
      worst === undefined
        ? `The ${what} is at least ${size}, and the limit${isOfOrder ? " of one order" : ""} is ${limit}: ${isOfOrder ? "what is missing can be ordered only while most of it is held" : "an order passes only where it reduces what is held already"}. Lower it${trims ? ", or add `trim`" : ""}.`
        : `An order of ${size} is checked at its worst price, ${worst.collar} above: as ${worst.size} against ${limit}. It is rejected unless rounding to whole shares leaves that much: lower it${trims ? ", or add `trim`" : ""}.`,
    label: ({ worst }: MostlyRejected) => (worst === undefined ? "more than the limit" : "too large at its worst price"),
  },
  E0603: {
    severity: error,
    title: "stop or target on the wrong side",
    text: ({ what, side, below }: { what: string; side: "long" | "short"; below: boolean }) =>
      `The ${what} of a ${side} trade belongs ${below ? "below" : "above"} its fill: this one would ${what === "target" ? "fill" : "trigger"} at once.`,
    label: ({ below }: { what: string; side: "long" | "short"; below: boolean }) =>
      below ? "never below the price" : "never above the price",
  },
  E0604: {
    severity: error,
    title: "a halt that cannot be reached",
    text: ({ measure, first, here }: { measure: string; first: string; here: string }) =>
      `\`${measure}\` halts at ${first} already, with as much and for as long: the halt at ${here} changes nothing. Remove it, or let the first do less.`,
    label: () => "comes too late",
  },
  E0606: {
    severity: error,
    title: "more than the whole",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "nothing is left for it",
  },
  E0701: {
    severity: error,
    title: "leg failure not stated",
    text: () =>
      "No broker fills several orders together or not at all, so say what becomes of the others when one does not fill: `legs within 5s else flatten`.",
    label: () => "several orders",
  },
  E0703: {
    severity: error,
    title: "session conflict",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
  W0703: {
    severity: "warning",
    title: "held overnight",
    text: ({ clock }: { clock: string }) =>
      `What this opens on \`${clock}\` may be held overnight: the file has no \`flatten\`. To close before the close: \`session { entries from open to 30m before close  flatten 5m before close }\`.`,
    label: () => "may be held overnight",
  },
  E0702: {
    severity: error,
    title: "the broker cannot",
    text: ({ broker, what, instead }: { broker: string; what: string; instead: string | null }) =>
      `${broker} cannot ${what}.${instead === null ? "" : ` Write ${instead}.`}`,
    label: () => "this rule asks for it",
  },
  W0704: {
    severity: "warning",
    title: "rules may disagree",
    text: ({ first, second }: { first: string; second: string }) =>
      `\`${first}\` and \`${second}\` may enter opposite sides on the same bar, and then the first of the file does. Exclude one, \`… and not …\`, or use \`hold\`.`,
    label: () => "may come on the same bar",
  },
  E0705: {
    severity: error,
    title: "one rule for many symbols",
    text: ({ name, what, symbols, count }: { name: string; what: string; symbols: string; count: number }) =>
      `The ${what} of \`${name}\` reads only ${symbols}, so it would do the same on each of ${count} symbols: \`across universe\` with a leg for each that it moves, or read something of the symbol itself.`,
    label: () => "the same for every symbol",
  },
  E0605: {
    severity: error,
    title: "not a risk line",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
  E0706: {
    severity: error,
    title: "two verbs on one symbol",
    text: ({ symbol, verbs }: { symbol: string; verbs: string }) => `${verbs} both move ${symbol}: a file uses one of them.`,
    label: () => "moves it too",
  },
  E0707: {
    severity: error,
    title: "not a rule",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
} as const satisfies Readonly<Record<string, Message<never>>>;
