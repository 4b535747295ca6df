import { describe, expect, test } from "vitest";
import { barsOf, endsOf, problemsOf } from "./reading.ts";

const PRICES = "10.00,10.50,9.75,10.25,100";

describe("layouts", () => {
  test("comma, semicolon and tab, with and without a header, give the same bars", () => {
    const plain = `2019-02-15 14:31,${PRICES}\n2019-02-15 14:32,${PRICES}\n`;
    const options = { zone: "utc", stamp: "end" } as const;
    const expected = barsOf(`time,open,high,low,close,volume\n${plain}`, options);
    for (const text of [
      plain,
      plain.replaceAll(",", ";"),
      plain.replaceAll(",", "\t"),
      plain.replaceAll("\n", "\r\n"),
      `\n# note\n${plain}`,
    ]) {
      expect(barsOf(text, options)).toEqual(expected);
    }
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

  test("a price scale moves the point exactly", () => {
    const bars = closes(["1674100", "1672700"], { priceScale: 10_000 });
    expect([bars.priceDecimals, ...bars.prices.close]).toEqual([2, 16_741, 16_727]);
  });

  test("more than nine decimals need a quantum, and are then rounded and counted", () => {
    const text = "2019-02-15,1.23456789012,2,1,1.5,1\n";
    expect(problemsOf(text)).toEqual(["D210:1×1"]);
    const bars = barsOf(text, { quantumDecimals: 2 });
    expect([...bars.prices.open]).toEqual([123]);
    expect(bars.notes).toContain("1 prices rounded to the stated quantum");
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

  test("a stated width must not make bars overlap, nor contradict dates", () => {
    expect(problemsOf(minutes(["00", "05", "10"]), { zone: "utc", stamp: "end", width: 3_600_000_000 })).toEqual(["D108:0×1"]);
    expect(problemsOf(`2019-02-14,${PRICES}\n2019-02-15,${PRICES}\n`, { width: 60_000_000 })).toEqual(["D108:0×1"]);
    expect(barsOf(minutes(["00", "05", "10"]), { zone: "utc", stamp: "end", width: 60_000_000 }).width).toBe(60_000_000);
  });
});
