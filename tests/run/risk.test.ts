import { describe, expect, it } from "vitest";
import type { EnterRule, HaltAction, HaltEnd, Limit, Measure, NodeId, RiskLimit, Rule } from "../../src/graph/nodes.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { type GraphBuilder, type GraphParts, graphBuilder } from "./graph-builder.ts";
import { flat, lines, type Row, simulate } from "./simulate.ts";

const HOUR = 3_600_000_000;

function enter(b: GraphBuilder, when: NodeId, shares: number, parts: Partial<EnterRule> = {}): Rule {
  const size = { kind: "shares", amount: b.constant(shares), trim: false } as const;
  return { kind: "enter", name: "go", clock: 0, when, side: "long", size, ...PLAIN, ...parts };
}

function atLeast(b: GraphBuilder, price: number): NodeId {
  return b.binary("le", b.constant(price), b.input("close"));
}

function rejecting(measure: Measure, limit: Limit): RiskLimit {
  return { measure, limit, monitor: null };
}

/** `day_loss <= share * equity else ACTION until END`. */
function dayLoss(b: GraphBuilder, share: number, action: HaltAction, until: HaltEnd): RiskLimit {
  const loss = b.binary("sub", b.account("day_start_equity"), b.equity());
  const excess = b.binary("lt", b.binary("mul", b.constant(share), b.equity()), loss);
  return { measure: "day_loss", limit: { kind: "ratio", ratio: String(share), of: "equity" }, monitor: { excess, action, until } };
}

/** On hourly bars, 24 to a session of the calendar `always`. */
async function hourly(b: GraphBuilder, parts: GraphParts, rows: readonly Row[]): Promise<readonly string[]> {
  return lines(await simulate(b.graph({ width: HOUR, ...parts }), { rows, width: HOUR, cash: "10000" }));
}

describe("limits that reject (semantics 4.3 to 4.6)", () => {
  const decision = async (limit: RiskLimit, shares = 100, collar = "0.05") => {
    const b = graphBuilder();
    const graph = b.graph({ rules: [enter(b, atLeast(b, 1), shares)], risk: [limit], collar });
    return lines(await simulate(graph, { rows: [flat(1000), flat(1000)], cash: "2000" }))[0];
  };

  it("take the worst price, which is the reference and the collar, and let equality pass", async () => {
    expect(await decision(rejecting("order_value", { kind: "constant", value: "1050" }))).toBe("0 order 1 buy 100 entry go");
    expect(await decision(rejecting("order_value", { kind: "constant", value: "1049.99" }))).toContain("rejected: order_value");
    expect(await decision(rejecting("order_value", { kind: "constant", value: "1000" }), 100, "0")).toBe("0 order 1 buy 100 entry go");
    expect(await decision(rejecting("order_value", { kind: "constant", value: "1000" }), 100, "0.0001")).toContain("rejected: order_value");
    expect(await decision(rejecting("order_value", { kind: "constant", value: "1001" }), 100, "0.0001")).toBe("0 order 1 buy 100 entry go");
  });

  it("are exact shares of exact amounts", async () => {
    expect(await decision(rejecting("position_value", { kind: "ratio", ratio: "0.525", of: "equity" }))).toBe("0 order 1 buy 100 entry go");
    expect(await decision(rejecting("position_value", { kind: "ratio", ratio: "0.524999", of: "cash" }))).toContain(
      "rejected: position_value",
    );
  });

  it("always include buying power", async () => {
    const wide = rejecting("order_value", { kind: "constant", value: "1000000" });
    expect(await decision(wide, 190)).toBe("0 order 1 buy 190 entry go");
    expect(await decision(wide, 191)).toBe("0 order 1 buy 191 entry go rejected: buying_power");
  });

  it("lower a trimmed order to the room left", async () => {
    const b = graphBuilder();
    const size = { kind: "shares", amount: b.constant(500), trim: true } as const;
    const risk = (value: string) => [rejecting("order_value", { kind: "constant", value })];
    const first = async (value: string) =>
      lines(
        await simulate(b.graph({ rules: [enter(b, atLeast(b, 1), 0, { size })], risk: risk(value) }), { rows: [flat(1000)], cash: "2000" }),
      )[0];
    expect(await first("1060")).toBe("0 order 1 buy 100 entry go");
    expect(await first("9999")).toBe("0 order 1 buy 190 entry go");
    expect(await first("10")).toBe("0 order 1 buy 500 entry go rejected: quantity");
  });

  it("refuse to open while the day's loss or the drawdown exceeds them, never to close", async () => {
    const b = graphBuilder();
    const rules: Rule[] = [
      enter(b, atLeast(b, 9), 100),
      { kind: "exit", name: "leave", clock: 0, when: b.unary("not", atLeast(b, 9)), trade: 0, order: MARKET },
    ];
    const rows = [1000, 1000, 800, 700, 900].map(flat);
    const trades = [
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.00 fee 0.00",
      "2 order 2 sell 100 exit leave",
      "3 fill 2 sell 100 @ 7.00 fee 0.00",
    ];
    const drawdown = (value: string) => hourly(b, { rules, risk: [rejecting("drawdown", { kind: "constant", value })] }, rows);
    expect(await drawdown("0.03")).toEqual([...trades, "4 order 3 buy 100 entry go", "4 expire 3"]);
    expect(await drawdown("0.0299")).toEqual([...trades, "4 order 3 buy 100 entry go rejected: drawdown"]);
    const loss = (value: string) => hourly(b, { rules, risk: [rejecting("day_loss", { kind: "constant", value })] }, rows);
    expect(await loss("300")).toEqual([...trades, "4 order 3 buy 100 entry go", "4 expire 3"]);
    expect(await loss("299.99")).toEqual([...trades, "4 order 3 buy 100 entry go rejected: day_loss"]);
  });

  it("refuse to end short where the file does not declare it", async () => {
    const b = graphBuilder();
    const size = { kind: "shares", amount: b.binary("sub", b.constant(5), b.input("close")), trim: false } as const;
    const hold = (short: boolean): Rule => ({ kind: "hold", name: "target", clock: 0, when: atLeast(b, 1), size, short, entries: null });
    const first = async (short: boolean) => lines(await simulate(b.graph({ rules: [hold(short)] }), { rows: [flat(1000)] }))[0];
    expect(await first(true)).toBe("0 order 1 sell 5 hold target");
    expect(await first(false)).toBe("0 order 1 sell 5 hold target rejected: short_permission");
  });
});

describe("monitors (semantics 4.7)", () => {
  const stop = (b: GraphBuilder): Partial<EnterRule> => ({ stop: b.binary("sub", b.fill(), b.constant(5)) });
  const opening = ["0 order 1 buy 100 entry go", "1 fill 1 buy 100 @ 10.00 fee 0.00", "1 order 2 sell 100 stop go at 5.00"];

  it("with no_entries refuse what opens, until the next session", async () => {
    const b = graphBuilder();
    const rules: Rule[] = [
      enter(b, atLeast(b, 1), 100, stop(b)),
      { kind: "exit", name: "leave", clock: 0, when: b.unary("not", atLeast(b, 9)), trade: 0, order: MARKET },
    ];
    const rows = [flat(1000), flat(1000), flat(800), ...Array.from({ length: 23 }, () => flat(950))];
    expect(await hourly(b, { rules, risk: [dayLoss(b, 0.01, "no_entries", "next_session")] }, rows)).toEqual([
      ...opening,
      "2 halt day_loss no_entries",
      "2 cancel 2",
      "2 order 3 sell 100 exit leave",
      "3 fill 3 sell 100 @ 9.50 fee 0.00",
      "3 order 4 buy 100 entry go rejected: halted",
    ]);
  });

  it("let a new session enter again when the condition was false in between", async () => {
    const b = graphBuilder();
    const rules: Rule[] = [
      enter(b, atLeast(b, 9), 100),
      { kind: "exit", name: "leave", clock: 0, when: b.unary("not", atLeast(b, 9)), trade: 0, order: MARKET },
    ];
    const rows = [1000, 1000, 800, 950, 800, ...Array.from({ length: 19 }, () => 950), 800, 950].map(flat);
    expect(await hourly(b, { rules, risk: [dayLoss(b, 0.01, "no_entries", "next_session")] }, rows)).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.00 fee 0.00",
      "2 halt day_loss no_entries",
      "2 order 2 sell 100 exit leave",
      "3 fill 2 sell 100 @ 9.50 fee 0.00",
      "3 order 3 buy 100 entry go rejected: halted",
      "5 order 4 buy 100 entry go rejected: halted",
      "25 order 5 buy 100 entry go",
      "25 expire 5",
    ]);
  });

  it("with cancel leave the protective stop", async () => {
    const b = graphBuilder();
    const lines = await hourly(
      b,
      { rules: [enter(b, atLeast(b, 9), 100, stop(b))], risk: [dayLoss(b, 0.01, "cancel", "manual")] },
      [1000, 1000, 800, 700, 450, 1000].map(flat),
    );
    expect(lines).toEqual([
      ...opening,
      "2 halt day_loss cancel",
      "4 fill 2 sell 100 @ 4.50 fee 0.00",
      "5 order 3 buy 100 entry go rejected: halted",
    ]);
  });

  it("with flatten close what is held, once", async () => {
    const b = graphBuilder();
    const risk = [dayLoss(b, 0.01, "flatten", "next_session"), dayLoss(b, 0.015, "flatten", "manual")];
    expect(await hourly(b, { rules: [enter(b, atLeast(b, 9), 100, stop(b))], risk }, [1000, 1000, 800, 800, 850].map(flat))).toEqual([
      ...opening,
      "2 halt day_loss flatten",
      "2 cancel 2",
      "2 order 3 sell 100 flatten day_loss",
      "2 halt day_loss flatten",
      "3 fill 3 sell 100 @ 8.00 fee 0.00",
    ]);
  });

  it("measure the day from the mark at the close before it", async () => {
    const b = graphBuilder();
    const rows = [...Array.from({ length: 23 }, () => 1000), 1200, 1100, 1050].map(flat);
    const lines = await hourly(b, { rules: [enter(b, atLeast(b, 10), 100)], risk: [dayLoss(b, 0.0101, "flatten", "next_session")] }, rows);
    expect(lines.slice(2)).toEqual(["25 halt day_loss flatten", "25 order 2 sell 100 flatten day_loss", "25 expire 2"]);
  });
});

describe("the session's flatten (semantics 3.12)", () => {
  it("closes what is held and cancels its stop, also on later rows", async () => {
    const b = graphBuilder();
    const late = b.binary("le", b.constant(4 * HOUR), b.input("session_elapsed"));
    const rules = [
      enter(b, b.binary("le", b.input("session_bar"), b.constant(4)), 100, { stop: b.binary("sub", b.fill(), b.constant(5)) }),
    ];
    expect(
      await hourly(
        b,
        { rules, session: { flatten: late } },
        Array.from({ length: 7 }, () => flat(1000)),
      ),
    ).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.00 fee 0.00",
      "1 order 2 sell 100 stop go at 5.00",
      "3 cancel 2",
      "3 order 3 sell 100 flatten session",
      "4 fill 3 sell 100 @ 10.00 fee 0.00",
    ]);
  });
});
