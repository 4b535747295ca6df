/** Random strategies as text, through every part of the language: features, parameters, the three verbs, orders, children, brakes, risk lines, sessions. */
import { prng } from "../../src/values/prng.ts";
import { certain, chance, type Kind, pick, recursion, type Value, type Writer, write } from "./random-values.ts";

export interface RandomProgram {
  readonly seed: number;
  readonly source: string;
  readonly calendar: "nyse" | "always";
  /** In microseconds. */
  readonly width: number;
  readonly parameters: readonly number[];
  /** All named values, in file order. */
  readonly values: readonly Value[];
  /** What was written how often. */
  readonly met: ReadonlyMap<string, number>;
}

const MINUTE = 60_000_000;
const FRAMES = [
  { calendar: "always", width: 240 * MINUTE, clock: "4h" },
  { calendar: "always", width: 60 * MINUTE, clock: "1h" },
  { calendar: "nyse", width: 30 * MINUTE, clock: "30m in regular" },
  { calendar: "nyse", width: 1440 * MINUTE, clock: "1d" },
] as const;

const KINDS: readonly Kind[] = ["price", "price", "ratio", "number", "share", "bool", "bool"];

interface Author extends Writer {
  readonly intraday: boolean;
  /** Files with `hold` move no trades. */
  readonly side: "long" | "short";
}

/** The program with this number: always the same text. It may be refused: not all that it may say makes sense together. */
export function randomProgram(seed: number): RandomProgram {
  const random = prng(seed);
  const frame = FRAMES[random.below(FRAMES.length)]!;
  const [size, half] = [2 + random.below(5), 0.1 + 0.1 * random.below(9)];
  const author: Author = {
    random,
    named: [],
    met: new Map(),
    lengths: [
      ["2", 2],
      ["3", 3],
      ["7", 7],
      ["size", size],
      ["size + 1", size + 1],
    ],
    intraday: frame.width < 1440 * MINUTE,
    side: random.below(3) === 0 ? "short" : "long",
  };
  const lines = Array.from({ length: 3 + random.below(8) }, (_, index) => valueLine(author, `v${index}`));
  const source = [
    "strategy random",
    `calendar ${frame.calendar}`,
    "trade [T]",
    `clock bar = ${frame.clock}`,
    "param size = 3 in 2..6 step 1",
    "param half = 50% in 10%..90% step 10%",
    "require size > 1",
    "fn smoothed(x: series U, n: int in 1..100): series U {\n  let m = mean(x, n)\n  rec y = seed m then prev(y) * 0.75 + m * 0.25\n  return y\n}",
    ...lines,
    risk(author),
    ...session(author),
    ...(chance(author, 0.7) ? trades(author) : holds(author)),
    simulate(author),
    `plot ${author.named.map(({ text }) => text).join(", ")}`,
  ].join("\n");
  const { calendar, width } = frame;
  return { seed, source: `${source}\n`, calendar, width, parameters: [size, half], values: author.named, met: author.met };
}

function valueLine(author: Author, name: string): string {
  if (chance(author, 0.25)) {
    const { line, value } = recursion(author, name);
    author.named.push(value);
    return line;
  }
  const value = write(author, pick(author, KINDS), 3);
  author.named.push({ ...value, text: name });
  return `${name} = ${value.text}`;
}

/** A value that a rule may read. */
function readable(author: Author, kind: Kind, depth: number): Value {
  for (;;) {
    const value = write(author, kind, depth);
    if (!value.endless) return value;
  }
}

function met<T extends string>(author: Author, name: T): T {
  author.met.set(name, (author.met.get(name) ?? 0) + 1);
  return name;
}

function option(author: Author, share: number, make: () => string): readonly string[] {
  return chance(author, share) ? [make()] : [];
}

function risk(author: Author): string {
  const loss = pick(author, ["0.2%", "1%", "4%"]);
  const until = pick(author, ["next_session", "next_session", "manual"]);
  const action = pick(author, ["no_entries", "cancel", "flatten"]);
  const lines = [
    `order_value <= ${pick(author, ["60_000usd", "9_000usd", "40% * equity", "150% * equity"])}`,
    ...option(author, 0.5, () => `position_value <= ${pick(author, ["30% * equity", "80% * equity", "50_000usd"])}`),
    `day_loss <= ${loss} * equity${chance(author, 0.7) ? ` else ${action} until ${until}` : ""}`,
    ...option(
      author,
      0.5,
      () => `drawdown <= ${pick(author, ["3%", "9%", "50%"])}${chance(author, 0.5) ? " else flatten until next_session" : ""}`,
    ),
    ...option(author, 0.3, () => `price_collar <= ${pick(author, ["1%", "10%"])}`),
  ];
  for (const line of lines) met(author, line.includes("else") ? "risk monitor" : "risk limit");
  return `risk { ${lines.join("\n  ")} }`;
}

function session(author: Author): readonly string[] {
  if (!author.intraday || !chance(author, 0.4)) return [];
  met(author, "session");
  const flatten = chance(author, 0.6) ? "   flatten 1h before close" : "";
  return [`session { entries from 1h after open to 2h before close${flatten} }`];
}

function simulate(author: Author): string {
  const parts = [
    ...option(author, 0.3, () => `market: ${met(author, "close")}`),
    ...option(author, 0.5, () => "slippage: 3bps"),
    ...option(author, 0.5, () => pick(author, ["fees: 0.005usd per share", "fees: 2bps"])),
    ...option(author, 0.3, () => `borrow: ${met(author, "3%")}`),
    ...option(author, 0.15, () => "start after 25bars"),
  ];
  return `simulate { ${parts.join("  ")} }`;
}

function holds(author: Author): readonly string[] {
  const sign = (): string => pick(author, ["", "", "-"]);
  const amounts = {
    money: () => `${sign()}${pick(author, ["20%", "55%"])} * equity`,
    shares: () => `${sign()}${pick(author, ["15shares", "120shares"])}`,
    scaled: () => `clamp(${certain(readable(author, "ratio", 1)).text}, -1, 1) * 20% * equity`,
  };
  return Array.from({ length: 1 + author.random.below(2) }, (_, index) => {
    met(author, "hold");
    const amount = amounts[pick(author, ["money", "shares", "scaled"] as const)];
    const otherwise = chance(author, 0.3) ? "0" : amount();
    const when = chance(author, 0.6) ? `when ${readable(author, "bool", 2).text}  ` : "";
    const size = chance(author, 0.7) ? `if ${certain(readable(author, "bool", 1)).text} then ${amount()} else ${otherwise}` : amount();
    return `rule h${index} { ${when}hold ${size}${chance(author, 0.6) ? " trim" : ""} }`;
  });
}

function trades(author: Author): readonly string[] {
  const entries = Array.from({ length: 1 + author.random.below(2) }, (_, index) => enter(author, `e${index}`));
  const exits = entries.flatMap((_, index) =>
    option(author, 0.8, () => {
      const when = certain(readable(author, "bool", 2)).text;
      const held = chance(author, 0.3) ? " or (bars_held ?? 0) > 4bars" : "";
      return `rule x${index} { when (${when})${held}  exit e${index}${chance(author, 0.4) ? ` { ${orderOf(author, true)} }` : ""} }`;
    }),
  );
  return [...entries, ...exits];
}

function distance(author: Author): string {
  return pick(author, [
    () => `${pick(author, ["1", "2", "0.7"])} * atr(${pick(author, author.lengths)[0]})`,
    () => `${pick(author, ["0.5%", "2%", "37bps"])} * close`,
    () => "0.333usd / 1share",
    () => `at_entry(${pick(author, ["1%", "2%"])} * close)`,
  ])();
}

function enter(author: Author, name: string): string {
  const [loses, wins] = author.side === "long" ? ["-", "+"] : ["+", "-"];
  const stop = option(author, 0.7, () => met(author, "stop") && `stop at fill ${loses} ${distance(author)}`);
  const clauses = [
    sizeOf(author, stop.length > 0),
    ...option(author, 0.6, () => orderOf(author, false)),
    ...stop,
    ...option(author, 0.3, () => met(author, "trail") && `trail at peak ${loses} ${distance(author)}`),
    ...option(
      author,
      0.3,
      () =>
        met(author, "target part") && `target 1/2 at fill ${wins} ${distance(author)}${chance(author, 0.5) ? " then stop at fill" : ""}`,
    ),
    ...option(author, 0.4, () => met(author, "target") && `target at fill ${wins} ${distance(author)}`),
    ...option(
      author,
      0.3,
      () =>
        met(author, "add") &&
        `add up to 2 when close ${pick(author, ["<", ">"])} last_fill ${pick(author, ["+", "-"])} ${distance(author)}`,
    ),
  ];
  const brakes = [
    ...option(author, 0.2, () => met(author, "at most") && "at most 2 per session"),
    ...option(author, 0.3, () => met(author, "cooldown") && "cooldown 3bars after exit"),
  ];
  const when = readable(author, "bool", 2).text;
  return `rule ${name} { when ${when}\n  enter ${author.side} {\n    ${clauses.join("\n    ")}\n  }\n  ${brakes.join("\n  ")} }`;
}

function sizeOf(author: Author, hasStop: boolean): string {
  const forms = ["size 40shares", "size 25% * equity trim", "size 5_000usd", "size 30% * cash trim", "size 12shares * (open / close)"];
  return met(author, hasStop && chance(author, 0.5) ? "risk 0.5% * equity trim" : pick(author, forms));
}

/** An order with its time in force; prices near the market, on either side. */
function orderOf(author: Author, closes: boolean): string {
  const type = met(author, pick(author, ["market", "limit", "stop", "stop_limit"] as const));
  const tif = met(
    author,
    pick(author, type === "market" || type === "limit" ? ["day", "gtc", "ioc", "fok", "opg", "cls", "3bars"] : ["day", "gtc", "5bars"]),
  );
  const buys = (author.side === "long") !== closes;
  const beyond = (sign: string): string => `close ${sign} ${pick(author, ["0.1%", "0.6%"])} * close`;
  const [below, above] = buys ? ["-", "+"] : ["+", "-"];
  const price = {
    market: () => "market",
    limit: () => `limit at ${chance(author, 0.7) ? beyond(below) : certain(readable(author, "price", 1)).text}`,
    stop: () => `stop at ${beyond(above)}`,
    stop_limit: () => `stop_limit at ${beyond(above)} limit close * ${buys ? "1.01" : "0.99"}`,
  }[type]();
  return `order ${price} tif ${tif}`;
}
