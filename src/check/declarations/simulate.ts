/** `simulate { market: next_open  limit: through  slippage: 2bps  fees: 5bps  borrow: 2%  volume_cap: 5%  start after 100bars }`: the assumptions of a backtest. */
import { closest } from "../../diagnostics/closest.ts";
import type { Fees, Simulation } from "../../graph/nodes.ts";
import type { Item, Name, Setting } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { type Literal, literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";

const DEFAULTS: Simulation = {
  market: "next_open",
  slippage: "0",
  fees: { kind: "none" },
  limit: "through",
  borrow: "0",
  volumeCap: null,
  startAfter: 0,
};

const KEYS: readonly string[] = ["market", "limit", "slippage", "fees", "borrow", "volume_cap"];
const KNOWN = "`market`, `limit`, `slippage`, `fees`, `borrow`, `volume_cap` and `start after`";

function wrong(context: Context, setting: Setting, known: string): undefined {
  const key = setting.key.text === "start" ? "start after" : setting.key.text;
  report(context, "E0109", setting.value.span, { key, value: textAt(context, setting.value.span), known });
  return undefined;
}

function nameOf(setting: Setting): string | undefined {
  if (setting.per !== undefined) return undefined;
  return setting.value.kind === "name" ? setting.value.name.text : setting.value.kind === "none" ? "none" : undefined;
}

/** A literal of this unit that is not negative. */
function amountOf(setting: Setting, units: readonly string[]): Literal | undefined {
  const literal = literalOf(setting.value);
  const isZero = literal?.value === 0;
  return literal !== undefined && literal.value >= 0 && (isZero || units.includes(unitText(literal.unit))) ? literal : undefined;
}

function marketOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const name = nameOf(setting);
  return name === "next_open" || name === "close" ? { market: name } : wrong(context, setting, "`next_open` or `close`");
}

function limitOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const name = nameOf(setting);
  return name === "through" || name === "touch" ? { limit: name } : wrong(context, setting, "`through` or `touch`");
}

function slippageOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const ratio = setting.per === undefined ? amountOf(setting, ["ratio"]) : undefined;
  return ratio === undefined || ratio.value >= 1
    ? wrong(context, setting, "a ratio below 100%, such as `2bps`")
    : { slippage: ratio.exact };
}

function feesOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const fees = feesFrom(setting);
  return fees === undefined ? wrong(context, setting, "`none`, `0.005usd per share`, `5bps` or `alpaca_equities`") : { fees };
}

function feesFrom(setting: Setting): Fees | undefined {
  const name = nameOf(setting);
  if (name === "none") return { kind: "none" };
  if (name === "alpaca_equities") return { kind: "table", name };
  const perShare = setting.per?.text === "share" ? amountOf(setting, ["usd"]) : undefined;
  if (perShare !== undefined) return { kind: "per_share", amount: perShare.exact };
  const ratio = setting.per === undefined ? amountOf(setting, ["ratio"]) : undefined;
  return ratio && ratio.value < 1 ? { kind: "ratio", ratio: ratio.exact } : undefined;
}

function borrowOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const ratio = setting.per === undefined ? amountOf(setting, ["ratio"]) : undefined;
  return ratio === undefined ? wrong(context, setting, "a ratio a year, such as `2%`") : { borrow: ratio.exact };
}

function volumeCapOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const events = context.program.header.clocks[0]?.events;
  if (events === "quotes" || events === "book") {
    report(context, "E0901", setting.key.span, { what: `volume_cap on a clock of ${events}` });
    return undefined;
  }
  const ratio = setting.per === undefined ? amountOf(setting, ["ratio"]) : undefined;
  return ratio === undefined || ratio.value === 0 || ratio.value > 1
    ? wrong(context, setting, "a share of a bar's volume above 0% and at most 100%, such as `5%`")
    : { volumeCap: ratio.exact };
}

function startOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  const bars = amountOf(setting, ["bars"]);
  return bars === undefined || !Number.isInteger(bars.value)
    ? wrong(context, setting, "a number of bars, such as `100bars`")
    : { startAfter: bars.value };
}

function reportUnknownKey(context: Context, { text, span }: Name): void {
  const near = closest(text, KEYS);
  const help = near === undefined ? [] : [replacement(span, near)];
  report(context, "E0109", span, { key: text, value: undefined, known: KNOWN }, { help });
}

function settingOf(context: Context, setting: Setting): Partial<Simulation> | undefined {
  switch (setting.key.text) {
    case "market":
      return marketOf(context, setting);
    case "slippage":
      return slippageOf(context, setting);
    case "fees":
      return feesOf(context, setting);
    case "borrow":
      return borrowOf(context, setting);
    case "limit":
      return limitOf(context, setting);
    case "volume_cap":
      return volumeCapOf(context, setting);
    case "start":
      return startOf(context, setting);
    default:
      reportUnknownKey(context, setting.key);
      return undefined;
  }
}

/** The assumptions of the file, with the defaults where it says nothing. */
export function checkSimulate(context: Context, items: readonly Item[]): Simulation {
  const settings = items.flatMap((item) => (item.kind === "simulate" ? item.settings : []));
  const seen = new Set<string>();
  const declared = settings.map((setting) => {
    const { text, span } = setting.key;
    if (seen.has(text)) report(context, "E0102", span, { name: text, by: "in `simulate`" });
    seen.add(text);
    return settingOf(context, setting);
  });
  return Object.assign({}, DEFAULTS, ...declared);
}
