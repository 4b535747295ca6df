/** The strategies of a live run before its first input: what each trades with, and what refuses its orders. */
import type { Circumstances } from "../../engine/risk/circumstances.ts";
import { grossExposure } from "../../engine/risk/standing.ts";
import type { LaneBackend } from "../../graph/kernel.ts";
import type { Graph } from "../../graph/nodes.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { tellCloses } from "../sessions.ts";
import type { BrokerDesk } from "./broker-desk.ts";
import type { BrokerStrategy } from "./broker-reports.ts";
import type { LiveBeginning, LiveStrategy } from "./journal.ts";
import { openStrategy, type StrategyRun } from "./strategy.ts";

interface Opened {
  readonly strategies: readonly StrategyRun[];
  /** Those that trade with a broker. */
  readonly traders: readonly BrokerStrategy[];
}

export function openStrategies(
  beginning: LiveBeginning,
  graphs: readonly Graph[],
  backend: LaneBackend,
  ports: Pick<BrokerDesk, "ask" | "tell">,
): Opened {
  const { run, broker, settings } = beginning;
  const strategies: StrategyRun[] = [];
  for (const [index, strategy] of beginning.strategies.entries()) {
    const graph = graphs[index];
    if (graph === undefined) throw new Error(`no graph for ${strategy.name}`);
    const { orderValueMax, dayLossMax, sharedExposureMax } = settings;
    const shared = sharedExposureMax === null ? null : { exposureMax: sharedExposureMax, others: () => exposureBeside(strategies, index) };
    const gate = { circumstances: circumstancesOf(beginning, graph), orderValueMax, dayLossMax, shared };
    const brokerDesk = broker === "embedded" ? null : deskOf(run, strategy, ports);
    strategies.push(openStrategy(strategy, graph, { backend, gate, brokerDesk }));
  }
  const traders = strategies.flatMap(({ desk, walk, graph }) => (desk === null ? [] : [{ desk, walk, graph }]));
  return { strategies, traders };
}

/** What all strategies but one have in positions and opening orders, in currency. */
function exposureBeside(strategies: readonly StrategyRun[], index: number): number {
  let sum = 0;
  for (const [place, { walk }] of strategies.entries()) {
    if (place === index) continue;
    tellCloses(walk.engine, walk.desks, -1);
    sum += walk.engine.money.toNumber(grossExposure(walk.engine));
  }
  return sum;
}

function circumstancesOf({ broker, settings: { allowedSymbols } }: LiveBeginning, { symbols, calendar: name }: Graph): Circumstances {
  const calendar = calendarNamed(name);
  const isReal = broker !== "embedded";
  const allowed =
    allowedSymbols === null ? null : new Set([...symbols.keys()].filter((id) => allowedSymbols.includes(symbols[id]?.name ?? "")));
  return {
    isKilled: false,
    isFeedLost: false,
    feedAge: 0,
    isUnreconciled: isReal,
    isAccountBlocked: false,
    allowedSymbols: allowed,
    hasSession: isReal ? (time) => calendar.isSession(calendar.dateOf(time - 1)) : null,
  };
}

function deskOf(
  run: string,
  { name }: LiveStrategy,
  ports: Pick<BrokerDesk, "ask" | "tell">,
): NonNullable<Parameters<typeof openStrategy>[2]["brokerDesk"]> {
  return (units) => ({ run, strategy: name, units, orders: new Map(), ids: new Map(), ended: new Map(), ...ports });
}
