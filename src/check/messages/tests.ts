/** Messages about blocks of tests. */
import type { Message } from "../../diagnostics/catalogue.ts";

export const TESTS = {
  E0803: {
    severity: "error",
    title: "not a test",
    text: ({ problem }: { problem: string }) => problem,
    label: () => "",
  },
} as const satisfies Readonly<Record<string, Message<never>>>;
