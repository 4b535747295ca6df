import { describe, expect, test } from "vitest";
import { asciiBytes } from "../../src/data/decimals.ts";
import { normalEvents } from "../../src/data/events/normal.ts";
import { readEvents } from "../../src/data/events/read.ts";
import { findingLog } from "../../src/data/problems.ts";
import { barsOf, endsOf, problemsOf, readText } from "./reading.ts";

const PRICES = "10.00,10.50,9.75,10.25,100";

describe("layouts", () => {
  test("comma, semicolon and tab, with and without a header, give the same bars", () => {
    const plain = `2019-02-15 14:31,${PRICES}\n2019-02-15 14:32,${PRICES}\n`;
    const options = { zone: "utc", stamp: "end" } as const;
    const { notes, ...expected } = barsOf(`time,open,high,low,close,volume\n${plain}`, options);
    const assumed = "test.csv: no header: columns taken as time, open, high, low, close, volume (state --columns to say otherwise)";
    for (const text of [
      plain,
      plain.replaceAll(",", ";"),
      plain.replaceAll(",", "\t"),
      plain.replaceAll("\n", "\r\n"),
      `\n# note\n${plain}`,
    ]) {
      expect(barsOf(text, options)).toEqual({ ...expected, notes: [assumed, ...notes] });
    }
    expect(readText("5000,2019-02-11,100.5,101,99,100\n")).toMatchObject({
      problems: [{ code: "D104", message: expect.stringContaining("--columns") }],
    });
  });

  test("columns in any order, quoted, behind a byte-order mark, among others", () => {
    const text =
      '\u00ef\u00bb\u00bf"Volume","Adj Close","Low","Date","Close","High","Open"\n"5","1","9","2019-02-15","10","11","10.5"\n"5","1","9","2019-02-19","10","11","10.5"\n';
    const bars = barsOf(text);
    expect([...bars.prices.open]).toEqual([105, 105]);
    expect([...bars.prices.high]).toEqual([110, 110]);
    expect([...bars.volume]).toEqual([5, 5]);
    expect(endsOf(bars)).toEqual(["2019-02-15 21:00", "2019-02-19 21:00"]);
  });

  test("columns can be stated", () => {
    const bars = barsOf("x;2019-02-15;10;9;11;10\nx;2019-02-19;10;9;11;10\n", { columns: "_,date,open,low,high,close" });
    expect([...bars.prices.high]).toEqual([11, 11]);
    expect(bars.notes).toContain("no column of volume: volume is 0");
    expect(problemsOf("1,2\n", { columns: "time,wrong" })).toEqual(["D106:0×1"]);
  });

  test("a file without the columns of a bar says which are missing", () => {
    expect(problemsOf("date,close\n2019-02-15,10\n")).toEqual(["D103:0×1"]);
    expect(problemsOf("2019-02-15,10,11\n")).toEqual(["D103:0×1"]);
    expect(problemsOf("")).toEqual(["D102:0×1"]);
    expect(problemsOf("date,open,high,low,close\n")).toEqual(["D102:0×1"]);
  });

  test("of several symbols one has to be named", () => {
    const text = `symbol,date,open,high,low,close,volume\nA,2019-02-15,${PRICES}\nB,2019-02-15,${PRICES}\n`;
    expect(problemsOf(text)).toEqual(["D105:0×1"]);
    expect(problemsOf(text, { symbol: "C" })).toEqual(["D105:0×1"]);
    expect(barsOf(text, { symbol: "b" }).rows).toBe(1);
  });
});

describe("what stands around the table", () => {
  const HEADER = "time,open,high,low,close,volume\n";
  const ROWS = `2019-02-15 09:30,${PRICES}\n2019-02-15 09:31,${PRICES}\n`;

  test("words before the header are passed over and said", () => {
    const bars = barsOf(`Data by Example Inc.\n\nSymbol: SPY\n${HEADER}${ROWS}`);
    expect([bars.rows, bars.notes[0]]).toEqual([2, 'test.csv: the header is in line 4: 2 before it left out ("Data by Example Inc.")']);
  });

  test("words below the table are a short row, quoted", () => {
    const result = readText(`${HEADER}${ROWS}"Data, by Example Inc."\n`);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code: "D201", line: 4, message: expect.stringContaining("Data, by Example") }],
    });
  });

  test("a second header is an unreadable time; lines of # are left out and counted", () => {
    expect(problemsOf(`${HEADER}${ROWS}${HEADER}`)).toEqual(["D203:4×1"]);
    expect(barsOf(`${HEADER}${ROWS}#2019-02-15 09:32,${PRICES}\n`).notes[0]).toBe(
      "test.csv: 1 line among the rows begins with # and is left out",
    );
  });

  test("empty cells at the end of a row are no columns", () => {
    expect(barsOf(`${HEADER}${ROWS.replaceAll("\n", ",,\n")}`).rows).toBe(2);
  });

  test("of two columns of one meaning the first is taken and said", () => {
    const bars = barsOf(`time,open,high,low,close,last,volume\n2019-02-15 09:30,10,11,9,10,10.5,1\n2019-02-15 09:31,10,11,9,10,10.5,1\n`);
    expect([bars.prices.close[0], bars.notes[0]]).toEqual([
      10,
      expect.stringContaining("column close is taken as the close, last is left out"),
    ]);
  });

  test("files may have a hundred columns, and not a thousand", () => {
    const wide = (count: number) => `${HEADER.trimEnd()}${",x".repeat(count)}\n${ROWS.replaceAll("\n", `${",1".repeat(count)}\n`)}`;
    expect(barsOf(wide(100)).rows).toBe(2);
    expect(problemsOf(wide(1_000))).toEqual(["D103:0×1"]);
  });

  test("a line without end is no row, however long", () => {
    expect(problemsOf("0".repeat(1_000_000))).toEqual(["D103:0×1"]);
  });

  test("a stated header may be in any language", () => {
    expect(barsOf(`Zeit,Auf,Hoch,Tief,Zu,Stück\n${ROWS}`, { columns: "time,open,high,low,close,volume" }).rows).toBe(2);
  });
});

describe("times", () => {
  const end = (stamp: string, more = {}): string | undefined =>
    endsOf(barsOf(`time,open,high,low,close,volume\n${stamp},${PRICES}\n`, { zone: "utc", stamp: "end", width: 60_000_000, ...more }))[0];

  test.each([
    "2019-02-15 14:31",
    "2019-02-15T14:31:00",
    "2019-02-15T14:31:00.000Z",
    "2019/02/15 14:31:00",
    "2019.02.15 14:31",
    "2019-02-15 09:31:00-05:00",
    "2019-02-15 15:31:00+0100",
    "2019-02-15 14:31:00 UTC",
    "2019-02-15 09:31:00 EST",
    "15.02.2019 15:31:00.000 GMT+0100",
    "20190215 143100",
    "20190215 14:31",
    "20190215T143100Z",
    "201902151431",
    "20190215143100",
    "2/15/2019 14:31",
    "02/15/19 2:31 PM",
    "15.02.2019 14:31:00.000",
    "15/02/2019 14:31",
    "1550241060",
    "1550241060000",
    "1550241060000000",
    "1550241060000000000",
    "1550241060.0",
  ])("%s", (stamp) => {
    expect(end(stamp)).toBe("2019-02-15 14:31");
  });

  test("date and time in two columns", () => {
    expect(endsOf(barsOf(`2019.02.15,14:31,${PRICES}\n`, { zone: "utc", stamp: "end", width: 60_000_000 }))).toEqual(["2019-02-15 14:31"]);
    const text = `<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>\n2019.02.15,14:31:00,${PRICES}\n`;
    expect(endsOf(barsOf(text, { zone: "utc", stamp: "end", width: 60_000_000 }))).toEqual(["2019-02-15 14:31"]);
  });

  test("a time column that holds the date is enough, whatever the date column says", () => {
    const text = `Date,Timestamp,Open,High,Low,Close,Volume\n2019-02-15,2019-02-15 14:31,${PRICES}\n`;
    expect(endsOf(barsOf(text, { zone: "utc", stamp: "end", width: 60_000_000 }))).toEqual(["2019-02-15 14:31"]);
  });

  test("hours without a leading zero, and midnight as 24:00", () => {
    const text = (stamps: readonly string[]) =>
      `Date,Time,Open,High,Low,Close,Volume\n${stamps.map((stamp) => `20190215,${stamp},${PRICES}\n`).join("")}`;
    expect(endsOf(barsOf(text(["930", "1000"]), { zone: "utc", stamp: "end" }))).toEqual(["2019-02-15 09:30", "2019-02-15 10:00"]);
    expect(endsOf(barsOf(text(["23:59", "24:00"]), { zone: "utc", stamp: "end" }))).toEqual(["2019-02-15 23:59", "2019-02-16 00:00"]);
  });

  test("rows with a time zone do not mix with rows without, in a file or between files", () => {
    const rows = `2019-02-15 09:30-05:00,${PRICES}\n2019-02-15 14:31,${PRICES}\n`;
    expect(problemsOf(rows, { stamp: "end", width: 60_000_000 })).toEqual(["D203:2×1"]);
  });

  test("dates that could be read both ways are said, or stated", () => {
    const text = ["01", "04", "05"].map((day) => `${day}/02/2019,${PRICES}\n`).join("");
    const bars = barsOf(text);
    expect([endsOf(bars)[0], bars.notes[0]]).toEqual(["2019-01-02 21:00", expect.stringContaining("taken as month first")]);
    expect(endsOf(barsOf(text, { dates: "day-first" }))[0]).toBe("2019-02-01 21:00");
    const clear = barsOf(`${text}13/02/2019,${PRICES}\n`);
    expect([endsOf(clear)[0], clear.notes[1]]).toEqual(["2019-02-01 21:00", expect.stringContaining("a date alone")]);
  });

  test("a date that tells month from day may stand far below", () => {
    const minutes = (day: string) =>
      [...Array(1_000).keys()]
        .map(
          (minute) =>
            `${day}/02/2019 ${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")},${PRICES}\n`,
        )
        .join("");
    expect(endsOf(barsOf(minutes("08") + minutes("13"), { zone: "utc", stamp: "end" }))[0]).toBe("2019-02-08 00:00");
  });

  test("milliseconds since the midnight of the date in the file's name, stamped at the start", () => {
    const bars = barsOf("34200000,1000000,1010000,990000,1000000,5\n34260000,1000000,1010000,990000,1000000,5\n", {
      name: "20190215_spy_minute_trade.csv",
    });
    expect(endsOf(bars)).toEqual(["2019-02-15 14:31", "2019-02-15 14:32"]);
    expect([bars.priceDecimals, bars.prices.high[0]]).toEqual([0, 101]);
  });

  test("New York's summer is an hour nearer", () => {
    expect(end("2019-07-15 09:31", { zone: "exchange" })).toBe("2019-07-15 13:31");
    expect(end("2019-02-15 09:31", { zone: "exchange" })).toBe("2019-02-15 14:31");
  });

  test("a start is moved to the end by the width of a bar", () => {
    const bars = barsOf(`2019-02-15 14:30,${PRICES}\n2019-02-15 14:35,${PRICES}\n`, { zone: "utc", stamp: "start" });
    expect([endsOf(bars)[0], bars.width]).toEqual(["2019-02-15 14:35", 300_000_000]);
  });

  test("dates alone end at their session's close: early ones, dates that are no sessions, and days of always", () => {
    const text = `date,open,high,low,close,volume\n2018-11-22,${PRICES}\n2018-11-23,${PRICES}\n2018-11-26,${PRICES}\n`;
    expect(endsOf(barsOf(text))).toEqual(["2018-11-22 21:00", "2018-11-23 18:00", "2018-11-26 21:00"]);
    expect(endsOf(barsOf(text, { calendar: "always" }))).toEqual(["2018-11-23 00:00", "2018-11-24 00:00", "2018-11-27 00:00"]);
  });

  test("one row a day at any one time of day is that day's bar", () => {
    const daily = (stamps: readonly string[]) =>
      endsOf(barsOf(`time,open,high,low,close,volume\n${stamps.map((stamp) => `${stamp},${PRICES}\n`).join("")}`));
    const expected = ["2019-03-08 21:00", "2019-03-11 20:00"];
    expect(daily(["2019-03-08T05:00:00Z", "2019-03-11T04:00:00Z"])).toEqual(expected);
    expect(daily(["2019-03-08 09:30", "2019-03-11 09:30"])).toEqual(expected);
    expect(daily(["1552055400", "1552311000"])).toEqual(expected);
  });

  test("where the opening trade is tells zone and stamp", () => {
    const session = (first: string, opening: number) =>
      [...Array(12).keys()]
        .map((minute) => `2019-02-15 ${first}:${20 + minute},10,10,10,10,${minute === opening ? 9_000 : 100}\n`)
        .join("");
    const text = (first: string, opening: number) => `time,open,high,low,close,volume\n${session(first, opening)}`;
    expect(barsOf(text("14", 11)).notes[0]).toMatch(/UTC, stamped at the end/);
    expect(barsOf(text("14", 10)).notes[0]).toMatch(/UTC, stamped at the start/);
    expect(barsOf(text("09", 11)).notes[0]).toMatch(/New York time, stamped at the end/);
    expect(barsOf(text("09", 10)).notes[0]).toMatch(/New York time, stamped at the start/);
    expect(barsOf(text("17", 11)).notes[0]).toMatch(/the usual/);
  });
});

describe("numbers", () => {
  const closes = (values: readonly string[], options = {}) =>
    barsOf(values.map((value, day) => `2019-02-${10 + day},${value},${value},${value},${value},1\n`).join(""), options);

  test("the quantum is the smallest that holds every price; zeros at the end do not count", () => {
    expect(closes(["1.50", "2.00"]).priceDecimals).toBe(1);
    expect(closes(["100", "200"]).priceDecimals).toBe(0);
    const bars = closes(["1.5", "2", "3.000000001"]);
    expect([bars.priceDecimals, ...bars.prices.close]).toEqual([9, 1_500_000_000, 2_000_000_000, 3_000_000_001]);
  });

  test("exponents, signs and bare points are read", () => {
    expect([...closes(["1.25e2", "+3", "4.", ".5", "12e-1"]).prices.close]).toEqual([1250, 30, 40, 5, 12]);
  });

  test("numbers written for people are read and said", () => {
    const bars = barsOf('Date,Close/Last,Volume,Open,High,Low\n02/15/2019,"$1,210.25","1,000",$1210,"$1,210.50",$1209\n');
    expect([...bars.prices.close, ...bars.volume]).toEqual([121_025, 1_000]);
    expect(bars.notes[0]).toMatch(/5 numbers such as \$1210 read with a decimal point/);
    expect(problemsOf('2019-02-15,"12,10",13,12,13,1\n')).toEqual(["D204:1×1"]);
  });

  test("a decimal comma has to be stated", () => {
    const text = "2019-02-15;1.210,50;1.211;1.209,25;1.210;1.000,5\n";
    expect(problemsOf(text)).toEqual(["D204:1×1"]);
    const bars = barsOf(text, { mark: "comma" });
    expect([bars.prices.open[0], bars.prices.low[0], bars.volume[0]]).toEqual([121_050, 120_925, 1_000.5]);
  });

  test("a comma that may group digits or mark decimals is not guessed", () => {
    const text = "Date;Open;High;Low;Close;Volume\n11.02.2019;109,500;110,100;109,400;110,000;7\n";
    expect(problemsOf(text)).toEqual(["D112:0×1"]);
    expect(barsOf(text, { mark: "comma" }).prices.open[0]).toBe(1_095);
    expect(barsOf(text, { mark: "point" }).prices.open[0]).toBe(109_500);
    expect(barsOf(text.replace("110,000", "109,600.5")).prices.open[0]).toBe(1_095_000);
  });

  test("a price scale moves the point exactly", () => {
    const bars = closes(["1674100", "1672700"], { priceScale: 10_000 });
    expect([bars.priceDecimals, ...bars.prices.close]).toEqual([2, 16_741, 16_727]);
  });

  test("the largest price is one of the currency, whatever the scale", () => {
    const rows = "2019-02-15,6123450000,6123450000,6123450000,6123450000,1\n";
    const bars = barsOf(rows, { priceScale: 10_000 });
    expect([bars.priceDecimals, ...bars.prices.close]).toEqual([0, 612_345]);
    expect(problemsOf(rows)).toEqual(["D206:1×1"]);
    expect(problemsOf(rows.replaceAll("6123450000", "10000000010000"), { priceScale: 10_000 })).toEqual(["D206:1×1"]);
  });

  test("more than nine decimals need a quantum, and are then rounded and counted", () => {
    const text = "2019-02-15,1.23456789012,2,1,1.5,1\n";
    expect(problemsOf(text)).toEqual(["D210:1×1"]);
    const bars = barsOf(text, { quantumDecimals: 2 });
    expect([...bars.prices.open]).toEqual([123]);
    expect(bars.notes).toContain("1 prices rounded to the stated quantum");
  });

  test("a stated quantum is the dataset's whatever its prices are, so what comes later changes no row before", () => {
    expect([...closes(["100", "200"], { quantumDecimals: 2 }).prices.close]).toEqual([10_000, 20_000]);
    const [cut, whole] = [closes(["1.5"], { quantumDecimals: 2 }), closes(["1.5", "1.2345"], { quantumDecimals: 2 })];
    expect([cut.priceDecimals, cut.prices.close[0]]).toEqual([whole.priceDecimals, whole.prices.close[0]]);
    expect([whole.prices.close[1], whole.notes]).toEqual([123, expect.arrayContaining(["4 prices rounded to the stated quantum"])]);
    expect(closes(["1.5"]).prices.close[0]).not.toBe(closes(["1.5", "1.2345"]).prices.close[0]);
    const scaled = closes(["1674149", "1672750", "3"], { priceScale: 10_000, quantumDecimals: 2 });
    expect([scaled.priceDecimals, ...scaled.prices.close]).toEqual([2, 16_741, 16_728, 1]);
  });

  test("a stated quantum is that of events too, which are not put on a coarser one", () => {
    const quotes = (bid: string, quantumDecimals: number | null, priceScale?: number) => {
      const log = findingLog(false);
      const reading = { kind: "quotes", columns: undefined, priceScale, quantumDecimals } as const;
      const text = asciiBytes(`time,bid,bid_size,ask,ask_size\n2019-02-15 10:00:00,${bid},1,20000,1\n`);
      const read = readEvents(text, "quotes.csv", reading, log);
      if (!read.ok) throw new Error(JSON.stringify(read.problems));
      const events = normalEvents([read.value], { calendar: "nyse", zone: undefined, quantumDecimals }, log);
      return events.ok ? [events.value.priceDecimals, events.value.table.bid?.[0]] : events.problems.map(({ code }) => code);
    };
    expect(quotes("1.5", null)).toEqual([1, 15]);
    expect(quotes("1.5", 4)).toEqual([4, 15_000]);
    expect(quotes("12345", 2, 10_000)).toEqual(["D210"]);
  });

  test("a quantum that late rows alone show is said", () => {
    const at = (row: number) => new Date(Date.UTC(2019, 1, 15, 15) + row * 60_000).toISOString();
    const bar = (row: number, price: string) => `${at(row)},${Array(4).fill(price)},1\n`;
    const text = Array.from({ length: 150 }, (_, row) => bar(row, row === 120 ? "1.2345" : "1.25")).join("");
    const note = (options = {}) => barsOf(text, { stamp: "end", ...options }).notes.find((said) => said.startsWith("no price needs"));
    expect(note()).toBe("no price needs the quantum 0.0001 before row 121, 2019-02-15T17:00:00Z (--quantum states it, whatever comes)");
    expect(note({ quantumDecimals: 4 })).toBeUndefined();
  });

  test("prices too large for exact integers at their quantum are refused", () => {
    expect(problemsOf("2019-02-15,90000000,90000001,1.000000001,90000000,1\n")).toEqual(["D210:0×1"]);
  });

  test("volumes are doubles as written", () => {
    expect([...barsOf("2019-02-15,1,1,1,1,2012.25343589\n").volume]).toEqual([2012.25343589]);
  });
});

describe("widths", () => {
  const minutes = (stamps: readonly string[]) => stamps.map((stamp) => `2019-02-15 15:${stamp},${PRICES}\n`).join("");

  test("the step that most rows take, whatever is missing", () => {
    expect(barsOf(minutes(["00", "05", "10", "20", "25", "45", "50"]), { zone: "utc", stamp: "end" }).width).toBe(300_000_000);
  });

  test("in sparse data the smallest step that is no rarity", () => {
    expect(barsOf(minutes(["00", "03", "06", "10", "11", "15", "22"]), { zone: "utc", stamp: "end" }).width).toBe(60_000_000);
  });

  test("a width that most rows do not show is said", () => {
    expect(barsOf(minutes(["00", "05", "10"]), { zone: "utc", stamp: "end" }).notes).toContain("bars of 5m");
    const sparse = barsOf(minutes(["00", "03", "06", "10", "11", "15", "22"]), { zone: "utc", stamp: "end" });
    expect(sparse.notes).toContain("bars of 1m: the shortest usual step from row to row (state --width to say otherwise)");
    const months = barsOf(`2019-01-31,${PRICES}\n2019-02-28,${PRICES}\n2019-03-28,${PRICES}\n`);
    expect(months.notes).toContain("bars of 1d, though most rows are 28d apart");
  });

  test("a stated width must not make bars overlap, nor contradict dates", () => {
    expect(problemsOf(minutes(["00", "05", "10"]), { zone: "utc", stamp: "end", width: 3_600_000_000 })).toEqual(["D108:0×1"]);
    expect(problemsOf(`2019-02-14,${PRICES}\n2019-02-15,${PRICES}\n`, { width: 60_000_000 })).toEqual(["D108:0×1"]);
    expect(barsOf(minutes(["00", "05", "10"]), { zone: "utc", stamp: "end", width: 60_000_000 }).width).toBe(60_000_000);
  });
});
