/** Messages about models: their files, and what a strategy gives them and takes from them. What they hold and what is expected stand side by side. */
import type { Message } from "../../diagnostics/catalogue.ts";

const error = "error";

interface Compared {
  readonly file: string;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

interface Told {
  readonly file: string;
  readonly reason: string;
}

function compared({ file, what, expected, actual }: Compared): string {
  return `${file}: ${what}: expected ${expected}, is ${actual}.`;
}

export const MODELS = {
  E0501: { severity: error, title: "model shape", text: compared, label: ({ actual }: Compared) => actual },
  E0502: { severity: error, title: "model type or name", text: compared, label: ({ actual }: Compared) => actual },
  E0503: {
    severity: error,
    title: "model changed",
    text: ({ file, expected, actual }: Compared) =>
      `${file} is ${actual.slice(0, 8)}…, pinned ${expected.slice(0, 8)}…: it is another file than its sidecar describes.`,
    label: () => "changed",
  },
  E0504: {
    severity: error,
    title: "unit into a model",
    text: ({ feature, unit }: { feature: string; unit: string }) =>
      `The input \`${feature}\` is in ${unit}: a model takes numbers without a unit, which do not drift with the price.`,
    label: ({ unit }: { feature: string; unit: string }) => unit,
  },
  E0506: {
    severity: error,
    title: "no readable model",
    text: ({ file, reason }: Told) => `${file} is no ONNX model that can be read: ${reason}.`,
    label: () => "",
  },
  E0507: {
    severity: error,
    title: "no sidecar",
    text: ({ file, reason }: Told) => `${file}.json, which says what training knew: ${reason}.`,
    label: () => "",
  },
  E0508: {
    severity: error,
    title: "model not supported",
    text: ({ file, reason }: Told) => `${file}: ${reason}.`,
    label: () => "",
  },
  E0509: {
    severity: error,
    title: "features in another order",
    text: compared,
    label: ({ actual }: Compared) => actual,
  },
} as const satisfies Readonly<Record<string, Message<never>>>;
