/** The engine between two events as plain data, and an engine that goes on from it. What an engine is made of (graph, arithmetic, gate) is not part of it. */
import type { Ledger, Position } from "../ledger/ledger.ts";
import type { Book, Engine } from "./state.ts";

type SavedBook = Omit<Book, "graph" | "symbol" | "money" | "position" | "limits">;
type SavedPosition = Omit<Position, "symbol" | "money">;
type Changing = Omit<Engine, "graph" | "money" | "gate" | "ledger" | "books" | "tradesMax" | "log" | "commands">;

export interface SavedEngine {
  readonly account: Changing;
  readonly books: readonly SavedBook[];
  readonly ledger: Omit<Ledger, "money" | "positions">;
  readonly positions: readonly SavedPosition[];
  /** Fills so far. */
  readonly fills: number;
}

/** Everything of the engine that events change. Its commands have been carried out, its records have been taken. */
export function saveEngine(engine: Engine): SavedEngine {
  const { graph: _graph, money: _money, gate: _gate, ledger, books, tradesMax: _max, log, commands, ...account } = engine;
  if (commands.length > 0 || log.length > 0) throw new Error("an engine in the middle of something");
  const { money: _, positions, ...changing } = ledger;
  return { account, books: books.map(savedBook), ledger: changing, positions: positions.map(savedPosition), fills: log.fills };
}

function savedBook({ graph: _graph, symbol: _symbol, money: _money, position: _position, limits: _limits, ...changing }: Book): SavedBook {
  return changing;
}

function savedPosition({ symbol: _symbol, money: _money, ...changing }: Position): SavedPosition {
  return changing;
}

/** Takes an engine of the same graph and parameters, before its first event, to where the saved one was. */
export function restoreEngine(engine: Engine, { account, books, ledger, positions, fills }: SavedEngine): void {
  overwrite(engine, account);
  overwrite(engine.ledger, ledger);
  engine.books.forEach((book, index) => {
    overwrite(book, present(books[index]));
    overwrite(book.position, present(positions[index]));
  });
  engine.log.fills = fills;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the saved engine has other symbols");
  return value;
}

/** Lists and records that others hold on to keep their identity. */
function overwrite(target: object, saved: object): void {
  for (const [key, value] of Object.entries(saved)) {
    const current: unknown = Reflect.get(target, key);
    if (Array.isArray(current) && Array.isArray(value)) {
      current.length = 0;
      for (const one of value) current.push(one);
    } else if (isRecord(current) && isRecord(value)) overwrite(current, value);
    else Reflect.set(target, key, value);
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
