import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
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
import { type BarsFooter, writeStored } from "../../src/adapters/parquet/stored.ts";
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
    for (const [name, column] of Object.entries(chunk.columns)) all[name] = [...(all[name] ?? []), ...(column ?? [])];
  }
  return all;
}

function footerOf(bars: NormalBars): BarsFooter {
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

  test("devices are no files, pipes are, and a folder of a symbol's name does not hide the symbol", async () => {
    expect((await refusal("/dev/zero"))[0]).toMatch(/^D101 this is a device/);
    const pipe = join(folder, "pipe");
    execFileSync("sh", ["-c", `mkfifo "${pipe}"`]);
    const writing = writeFile(pipe, CSV);
    expect((await open(pipe)).source.info.rows).toBe(3);
    await writing;
  });

  test("of files of one dataset all state a time zone or none does", async () => {
    const zoned = write("zoned.csv", CSV);
    const bare = write("bare.csv", CSV.replaceAll("Z", "").replaceAll("02-15", "02-19"));
    const opened = await openBars([zoned, bare], { calendar: "nyse" });
    expect(opened.ok ? [] : opened.problems.map(({ code, file }) => [code, file])).toEqual([["D104", bare]]);
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

  test("leaves nothing behind that is not whole", async () => {
    const store = join(folder, "unfinished");
    mkdirSync(join(store, ".cache"), { recursive: true });
    const file = write("unfinished.csv", CSV);
    const { source } = await open(file, { store });
    const [entry = ""] = readdirSync(join(store, ".cache"));
    rmSync(join(store, ".cache", entry));
    mkdirSync(join(store, ".cache", entry));
    expect((await open(file, { store })).source.info).toEqual(source.info);
    expect(readdirSync(join(store, ".cache"))).toEqual([entry]);
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

describe("a dataset is written whole or not at all", () => {
  const dataset = async (name: string) => {
    const read = await readBars([write(`${name}.csv`, CSV)], { calendar: "nyse" });
    if (!read.ok) throw new Error("unreadable");
    const entry = { ...footerOf(read.value), from: "", to: "", provenance: { files: [], notes: [], repairs: 0, flags: {} } };
    const store = join(folder, name);
    return { store, entry, bars: read.value, save: (replace: boolean) => saveDataset(store, entry, read.value, replace) };
  };

  test("over another one only when told so", async () => {
    const { save } = await dataset("replaced");
    expect([(await save(false)).kind, (await save(false)).kind, (await save(true)).kind]).toEqual(["saved", "exists", "saved"]);
  });

  test("by one import at a time", async () => {
    const { save, store } = await dataset("together");
    const kinds = (await Promise.all([save(true), save(true)])).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["locked", "saved"]);
    expect(readdirSync(join(store, "DEMO")).toSorted()).toEqual(["1m.json", "1m.parquet"]);
  });

  test("and where it cannot be, the reason is the system's", async () => {
    const { entry, bars } = await dataset("reason");
    const blocked = write("no-folder", "");
    expect(await saveDataset(blocked, entry, bars, false)).toMatchObject({
      kind: "unwritable",
      message: expect.stringMatching(/not a directory/),
    });
  });

  test("halves of one are found and named", async () => {
    const { save, store } = await dataset("halves");
    await save(false);
    const [rows, description] = ["1m.parquet", "1m.json"].map((name) => join(store, "DEMO", name)) as [string, string];
    const whole = { rows: readFileSync(rows), description: readFileSync(description) };
    writeFileSync(description, '{"schema"');
    expect(await refusal("DEMO", { store })).toEqual(["D111 this is no description of a dataset"]);
    rmSync(description);
    expect(await refusal("DEMO", { store })).toEqual(["D111 the description is missing"]);
    writeFileSync(description, whole.description);
    writeFileSync(rows, whole.rows.subarray(0, 500));
    expect((await refusal("DEMO", { store }))[0]).toMatch(/^D101 cannot read it as Parquet/);
    rmSync(rows);
    expect((await listStore(store)).problems).toMatchObject([{ code: "D111", message: "the file with the rows is missing" }]);
  });

  test("rows that are not those of the footer are refused", async () => {
    const { store, entry, bars, save } = await dataset("altered");
    await save(false);
    const other = { ...bars, volume: bars.volume.map((volume) => volume + 1) };
    await writeStored(join(store, "DEMO", "1m.parquet"), footerOf(bars), other);
    expect(await refusal(entry.symbol, { store })).toEqual(["D111 its rows are not those it was written with"]);
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
          { quantumDecimals: null, symbol: undefined, mark: "point", priceScale: undefined, columns: undefined },
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

  const PRICES = "10 AS open, 10 AS high, 10 AS low, 10 AS close";

  test("of several symbols one has to be named, and its rows keep their numbers", async () => {
    const symbol = "CASE WHEN ms % 120000 = 0 THEN 'a' ELSE 'b' END AS symbol";
    const path = await foreign(
      "symbols.parquet",
      `SELECT ${symbol}, ms AS ts, 10 AS open, 10 AS high, 10 AS low, 1550242860000 - ms AS close FROM ${MINUTES}`,
    );
    expect((await refusal(path))[0]).toMatch(/^D105 the file has 2 symbols \(A, B\), and none is stated/);
    expect((await refusal(path, { symbol: "C" }))[0]).toMatch(/^D105 .*C is not among them/);
    const opened = await openBars(path, { calendar: "nyse", symbol: "X", rowsOf: "B" });
    expect(opened.ok ? [] : opened.problems.map(({ code, line, count }) => [code, line, count])).toEqual([["D205", 2, 2]]);
  });

  test("offsets in text are heard, all or none", async () => {
    const text = "strftime(make_timestamp(ms * 1000), '%Y-%m-%dT%H:%M:%S')";
    const east = await open(await foreign("offsets.parquet", `SELECT ${text} || '-05:00' AS ts, ${PRICES} FROM ${MINUTES}`), {
      stamp: "end",
    });
    expect(east.source.info.from).toBe(1_550_242_800_000_000 + 5 * 3_600_000_000);
    const mixed = await foreign(
      "mixed.parquet",
      `SELECT ${text} || CASE WHEN ms % 120000 = 0 THEN 'Z' ELSE '' END AS ts, ${PRICES} FROM ${MINUTES}`,
    );
    expect((await refusal(mixed))[0]).toMatch(/^D104 some times state a time zone/);
  });

  test("dates as whole numbers, and date and time in two columns", async () => {
    const days = await open(await foreign("days.parquet", `SELECT 20190212 + i AS date, ${PRICES} FROM range(3) AS days(i)`));
    expect(days.source.info).toMatchObject({ rows: 3, width: 86_400_000_000, from: Date.UTC(2019, 1, 12, 21) * 1_000 });
    const moment = "make_timestamp(ms * 1000)";
    const two = await foreign("two.parquet", `SELECT ${moment}::DATE AS date, ${moment}::TIME AS time, ${PRICES} FROM ${MINUTES}`);
    expect((await open(two, { zone: "utc", stamp: "end" })).source.info.from).toBe(1_550_242_800_000_000);
    expect((await refusal(await foreign("nested.parquet", `SELECT {a: ms} AS ts, ${PRICES} FROM ${MINUTES}`)))[0]).toMatch(/^D104 /);
  });

  test("characters of a pattern in a file's name stand for themselves", async () => {
    await foreign("part1.parquet", `SELECT ms AS ts, ${PRICES} FROM ${MINUTES}`);
    for (const name of ["part*.parquet", "part?.parquet", "part[1].parquet"]) {
      const path = await foreign("plain.parquet", `SELECT ms AS ts, ${PRICES} FROM ${MINUTES} LIMIT 2`);
      renameSync(path, join(folder, name));
      expect((await open(join(folder, name))).source.info.rows).toBe(2);
    }
  });

  test("a store file says what it holds by itself", () => {
    expect(readFileSync(join(folder, "kept", "SPY", "1m.parquet")).includes("stratc-bars/1")).toBe(true);
  });
});
