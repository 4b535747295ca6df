/** Messages about names, arguments and the form of a file. */
import type { Message } from "../../diagnostics/catalogue.ts";

const error = "error";

export const NAMES = {
  E0101: {
    severity: error,
    title: "unknown name",
    /** `instead` is what to write for a name of another language. */
    text: ({ name, near, instead }: { name: string; near: string | undefined; instead?: string | undefined }) =>
      `\`${name}\` is not defined${instead === undefined ? "" : `: ${instead}`}.${near === undefined ? "" : ` Did you mean \`${near}\`?`}`,
    label: () => "not defined here",
  },
  E0102: {
    severity: error,
    title: "defined twice",
    text: ({ name, by }: { name: string; by: string }) => `\`${name}\` is already defined ${by}.`,
    label: () => "defined again",
  },
  E0107: {
    severity: error,
    title: "unusable module",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
  E0108: {
    severity: error,
    title: "file incomplete",
    text: ({ what }: { what: string }) => `A strategy needs ${what}.`,
    label: () => "",
  },
  E0109: {
    severity: error,
    title: "unknown setting",
    text: ({ key, value, known }: { key: string; value: string | undefined; known: string }) =>
      `${value === undefined ? `\`${key}\` is no setting here` : `\`${key}\` cannot be \`${value}\``}. Possible: ${known}.`,
    label: () => "",
  },
  E0410: {
    severity: error,
    title: "wrong arguments",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
  E0414: {
    severity: error,
    title: "too large",
    text: ({ what }: { what: string }) => `${what}: have functions call fewer others, or give parts of the work names.`,
    label: () => "too large",
  },
  E0901: {
    severity: error,
    title: "not in this version",
    text: ({ what }: { what: string }) => `\`${what}\` is not in this version of the language yet.`,
    label: () => "not yet",
  },
} as const satisfies Readonly<Record<string, Message<never>>>;
