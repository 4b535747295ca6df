/** Which colour means what, the same in every drawing. */
import type { Box, Picture } from "./picture.ts";

export interface Colour {
  readonly fill: string;
  readonly stroke: string;
}

/** One for each clock, in the order of the file; then they begin again. */
const CLOCKS: readonly Colour[] = [
  { fill: "#dbeafe", stroke: "#2563eb" },
  { fill: "#d1fae5", stroke: "#059669" },
  { fill: "#cffafe", stroke: "#0891b2" },
  { fill: "#fae8ff", stroke: "#a21caf" },
  { fill: "#ecfccb", stroke: "#65a30d" },
];
const ANY_CLOCK: Colour = { fill: "#f1f5f9", stroke: "#64748b" };
const ACCOUNT: Colour = { fill: "#fef9c3", stroke: "#a16207" };
const RULE: Colour = { fill: "#ede9fe", stroke: "#6d28d9" };
const MONITOR: Colour = { fill: "#ffedd5", stroke: "#c2410c" };
const GATE: Colour = { fill: "#fee2e2", stroke: "#b91c1c" };
const ORDER: Colour = { fill: "#ffffff", stroke: "#334155" };

/** The colour of a box: of its clock where it is of the market, else of what it is. */
export function colourOf({ kind, clock }: Pick<Box, "kind" | "clock">): Colour {
  switch (kind) {
    case "market":
    case "value":
      return clock === null ? ANY_CLOCK : (CLOCKS[clock % CLOCKS.length] ?? ANY_CLOCK);
    case "account":
      return ACCOUNT;
    case "rule":
      return RULE;
    case "monitor":
      return MONITOR;
    case "gate":
      return GATE;
    case "order":
      return ORDER;
  }
}

export interface LegendEntry extends Colour {
  readonly text: string;
  readonly isIdle: boolean;
}

/** What the colours of this picture mean. */
export function legend({ boxes, clocks }: Picture): readonly LegendEntry[] {
  const has = (test: (box: Box) => boolean): boolean => boxes.some(test);
  const ofMarket = ({ kind }: Box): boolean => kind === "market" || kind === "value";
  const kinds = [
    ["account", "account"],
    ["rule", "rule"],
    ["monitor", "monitor: halts when it fires"],
    ["gate", "gate: every order passes it"],
    ["order", "order"],
  ] as const;
  return [
    ...clocks.flatMap((text, clock) =>
      has((box) => ofMarket(box) && box.clock === clock)
        ? [{ text: `on ${text}`, ...colourOf({ kind: "value", clock }), isIdle: false }]
        : [],
    ),
    ...(has((box) => ofMarket(box) && box.clock === null) ? [{ text: "on the clock of its reader", ...ANY_CLOCK, isIdle: false }] : []),
    ...kinds.flatMap(([kind, text]) =>
      has((box) => box.kind === kind) ? [{ text, ...colourOf({ kind, clock: null }), isIdle: false }] : [],
    ),
    ...(has(({ isIdle }) => isIdle) ? [{ text: "no rule needs it", ...ANY_CLOCK, isIdle: true }] : []),
  ];
}
