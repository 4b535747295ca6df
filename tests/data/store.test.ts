import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenOptions, openBars, readBars } from "../../src/adapters/files/open.ts";
import { rowsHash } from "../../src/adapters/files/source.ts";
import { withDatabase } from "../../src/adapters/parquet/database.ts";
import { readParquet } from "../../src/adapters/parquet/read.ts";
import { listStore, listSymbol, saveDataset } from "../../src/adapters/parquet/store.ts";
import { type StoreFooter, writeStored } from "../../src/adapters/parquet/stored.ts";
import { generateBars } from "../../src/data/generate.ts";
import type { NormalBars } from "../../src/data/normal.ts";
import { findingLog } from "../../src/data/problems.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { nyse } from "../../src/market/calendars.ts";
import { dayNumber } from "../../src/values/civil-date.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stratc-data-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const CSV =
  "time,open,high,low,close,volume\n2019-02-15T15:00:00Z,10.5,11,9.25,10,5\n2019-02-15T15:01:00Z,10,10.01,9.99,10,2.5\n2019-02-15T15:02:00Z,10,10,10,10,0\n";

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function open(
  location: string | readonly string[],
  options: Partial<OpenOptions> = {},
): Promise<{ source: BarSource; notes: readonly string[] }> {
  const opened = await openBars(location, { calendar: "nyse", store: join(folder, "store"), cache: { bytesMax: 2 ** 20 }, ...options });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  return opened;
}

async function refusal(location: string, options: Partial<OpenOptions> = {}): Promise<readonly string[]> {
  const opened = await openBars(location, { calendar: "nyse", store: join(folder, "store"), cache: false, ...options });
  return opened.ok ? [] : opened.problems.map(({ code, message }) => `${code} ${message}`);
}

async function columnsOf(source: BarSource, capacity = 2): Promise<Readonly<Record<string, readonly number[]>>> {
  const all: Record<string, number[]> = { time: [] };
  for await (const chunk of source.chunks(capacity)) {
    expect(chunk.rows).toBeLessThanOrEqual(capacity);
    all.time?.push(...chunk.time);
    for (const [name, column] of Object.entries(chunk.columns)) all[name] = [...(all[name] ?? []), ...column];
  }
  return all;
}

function footerOf(bars: NormalBars): StoreFooter {
  const { rows, width, priceDecimals: price_decimals } = bars;
  return { schema: "stratc-bars/1", symbol: "DEMO", calendar: "nyse", width, price_decimals, rows, hash: rowsHash(bars) };
}

describe("opening", () => {
  test("plain and gzipped text give the same dataset", async () => {
    const plain = await open(write("plain.csv", CSV));
    const zipped = await open(write("zipped.csv.gz", gzipSync(CSV)));
    expect(plain.source.info).toMatchObject({ symbol: "PLAIN", rows: 3, width: 60_000_000, priceDecimals: 2 });
    expect(zipped.source.info.hash).toBe(plain.source.info.hash);
    expect(await columnsOf(plain.source)).toMatchObject({ open: [1050, 1000, 1000], low: [925, 999, 1000], volume: [5, 2.5, 0] });
  });

  test("what is no data file is refused in plain words", async () => {
    expect(await refusal(join(folder, "missing.csv"))).toEqual(["D101 there is no such file, nor such a symbol in the store"]);
    expect((await refusal("NOSUCH"))[0]).toMatch(/^D109 there is no such file, and the store .* has nothing of NOSUCH/);
    expect((await refusal("sample:none"))[0]).toMatch(/^D101 .*sample:sp500/);
    expect((await refusal(folder))[0]).toMatch(/^D101 this is a folder/);
    expect((await refusal(write("cut.csv.gz", gzipSync(CSV).subarray(0, 40))))[0]).toMatch(/^D101 cannot unpack/);
    expect((await refusal(write("cut.zip", "PK\u0003\u0004 and then nothing")))[0]).toMatch(
      /^D101 cannot unpack: End of central directory/,
    );
    expect((await refusal(write("cut.parquet", "PAR1 and then nothing")))[0]).toMatch(/^D101 /);
    expect((await refusal(write("plain.csv", CSV), { quantum: 0.05 }))[0]).toMatch(/^D106 --quantum 0.05/);
  });

  test("samples come with the program", async () => {
    expect((await open("sample:sp500")).source.info).toMatchObject({ symbol: "SP500", rows: 5_105, priceDecimals: 6 });
    expect((await open("sample:demo")).source.info).toMatchObject({ symbol: "DEMO", width: 60_000_000, priceDecimals: 2 });
  });
});

describe("the cache", () => {
  test("gives the same dataset again, and survives a damaged entry", async () => {
    const store = join(folder, "cached");
    const file = write("cached.csv", CSV);
    const first = await open(file, { store });
    const again = await open(file, { store });
    expect(again.source.info).toEqual(first.source.info);
    expect(again.notes).toEqual(first.notes);
    expect(await columnsOf(again.source)).toEqual(await columnsOf(first.source));
    const [entry = ""] = readdirSync(join(store, ".cache"));
    truncateSync(join(store, ".cache", entry), 100);
    expect((await open(file, { store })).source.info).toEqual(first.source.info);
  });

  test("has an entry for each content and each way of reading it", async () => {
    const store = join(folder, "keyed");
    const file = write("keyed.csv", CSV.replaceAll("Z", ""));
    const ways: readonly Partial<OpenOptions>[] = [
      { zone: "utc", stamp: "end" },
      { zone: "exchange", stamp: "end" },
    ];
    const hashes = await Promise.all(ways.map(async (way) => (await open(file, { store, ...way })).source.info.from));
    expect(new Set(hashes).size).toBe(2);
    expect(readdirSync(join(store, ".cache"))).toHaveLength(2);
  });

  test("that cannot be written is done without", async () => {
    const blocked = write("blocked", "a file where the store's folder would be");
    expect((await open(write("blocked.csv", CSV), { store: blocked })).source.info.rows).toBe(3);
  });
});

describe("the store", () => {
  test("keeps a dataset bit for bit and finds it by symbol and width", async () => {
    const store = join(folder, "kept");
    const read = await readBars([write("spy.csv", CSV)], { calendar: "nyse" });
    if (!read.ok) throw new Error("unreadable");
    const provenance = { files: ["spy.csv"], notes: read.value.notes, repairs: 0, flags: {} };
    const entry = { ...footerOf(read.value), symbol: "SPY", from: "", to: "", provenance };
    await saveDataset(store, entry, read.value, false);
    expect(await listStore(store)).toEqual({ entries: [entry], problems: [] });
    expect((await listSymbol(store, "../kept")).entries).toEqual([]);
    const opened = await open("SPY", { store });
    expect(opened.source.info).toMatchObject({ symbol: "SPY", rows: 3, priceDecimals: 2, hash: entry.hash });
    expect((await refusal("SPY", { store, width: 3_600_000_000 }))[0]).toMatch(/^D109 .* has SPY only as 1m/);
  });

  test("a dataset of days serves the calendar it was imported with", async () => {
    const store = join(folder, "days");
    const read = await readBars([write("days.csv", "2019-02-15,1,1,1,1,1\n2019-02-19,1,1,1,1,1\n")], { calendar: "nyse" });
    if (!read.ok) throw new Error("unreadable");
    const provenance = { files: [], notes: [], repairs: 0, flags: {} };
    await saveDataset(store, { ...footerOf(read.value), from: "", to: "", provenance }, read.value, false);
    expect((await open("DEMO", { store })).source.info.rows).toBe(2);
    expect((await refusal("DEMO", { store, calendar: "always" }))[0]).toMatch(/imported with --calendar nyse/);
  });
});

describe("Parquet", () => {
  test("a round trip gives equal bits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 8 }), async (seed, sessions) => {
        const generated = generateBars(nyse, { seed, sessions, firstDay: dayNumber(2024, 1, 2), firstPrice: 10_000 });
        const { rows, time, prices, volume } = generated;
        const cut = (column: Float64Array) => column.subarray(0, rows);
        const ticks = { open: cut(prices.open), high: cut(prices.high), low: cut(prices.low), close: cut(prices.close) };
        const bars: NormalBars = {
          rows,
          time: cut(time),
          prices: ticks,
          volume: cut(volume),
          priceDecimals: 2,
          width: 60_000_000,
          notes: [],
          repairs: [],
        };
        const path = join(folder, "round.parquet");
        await writeStored(path, footerOf(bars), bars);
        const read = await readParquet(
          path,
          path,
          { quantumDecimals: null, symbol: undefined, mark: "point", columns: undefined },
          findingLog(false),
        );
        expect(read.ok && read.value).toEqual({ kind: "own", bars: { footer: footerOf(bars), bars } });
      }),
      { numRuns: 5 },
    );
  });

  const foreign = async (name: string, select: string): Promise<string> => {
    const path = join(folder, name);
    await withDatabase(async (connection) => {
      await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
    });
    return path;
  };
  const MINUTES = "range(1550242800000, 1550243100000, 60000) AS minutes(ms)";

  test("files of others are read by the names of their columns, with any kind of time", async () => {
    const rest =
      "0.1::DOUBLE + 0.2::DOUBLE AS Open, 0.3::DOUBLE AS High, 0.25::FLOAT AS Low, 0.29::DECIMAL(9,2) AS Close, 7::BIGINT AS Volume";
    const options = { quantum: 0.01, zone: "utc", stamp: "end" } as const;
    const times = ["ms", "ms * 1000", "ms * 1000000", "ms // 1000", "make_timestamp(ms * 1000)", "make_timestamp(ms * 1000)::VARCHAR"];
    const infos = await Promise.all(
      times.map(
        async (time, index) =>
          (await open(await foreign(`foreign${index}.parquet`, `SELECT ${time} AS ts, ${rest} FROM ${MINUTES}`), options)).source.info,
      ),
    );
    expect(infos[0]).toMatchObject({ rows: 5, width: 60_000_000, priceDecimals: 2, from: 1_550_242_800_000_000 });
    expect(new Set(infos.map((info) => info.hash)).size).toBe(1);
  });

  test("doubles are put on the smallest quantum only where each is the nearest to it", async () => {
    const exact = await foreign(
      "exact.parquet",
      `SELECT ms AS ts, 10 AS open, 10.07 AS high, 9.5 AS low, 10.0::DOUBLE AS close FROM ${MINUTES}`,
    );
    expect((await open(exact)).source.info.priceDecimals).toBe(2);
    const noisy = await foreign(
      "noisy.parquet",
      `SELECT ms AS ts, 1 AS open, 1 AS high, 1 AS low, 0.1::DOUBLE + 0.2::DOUBLE AS close FROM ${MINUTES}`,
    );
    expect((await refusal(noisy))[0]).toMatch(/^D210 0.30000000000000004 is no decimal/);
  });

  test("missing and impossible values are named by row", async () => {
    const cell = "CASE WHEN ms = 1550242860000 THEN NULL WHEN ms = 1550242920000 THEN -1 ELSE 10 END";
    const path = await foreign("holes.parquet", `SELECT ms AS ts, 10 AS open, 10 AS high, 10 AS low, ${cell} AS close FROM ${MINUTES}`);
    const opened = await openBars(path, { calendar: "nyse", cache: false });
    expect(opened.ok ? [] : opened.problems.map(({ code, line }) => [code, line])).toEqual([
      ["D204", 2],
      ["D205", 3],
    ]);
    expect((await open(path, { repair: true })).source.info.rows).toBe(3);
  });

  test("a store file says what it holds by itself", () => {
    expect(readFileSync(join(folder, "kept", "SPY", "1m.parquet")).includes("stratc-bars/1")).toBe(true);
  });
});
