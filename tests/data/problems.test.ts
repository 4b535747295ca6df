import { describe, expect, test } from "vitest";
import { barsOf, endsOf, problemsOf, readText } from "./reading.ts";

const GOOD = "10,11,9,10,5";
const text = (...rows: readonly string[]) => `time,open,high,low,close,volume\n${rows.join("\n")}\n`;
const UTC_ENDS = { zone: "utc", stamp: "end", width: 60_000_000 } as const;

describe("each kind of mistake has its code and line, and repair does what it says", () => {
  test.each([
    ["short row", "2019-02-15 15:01,10,11,9,10", "D201:3×1", 2],
    ["extra columns", "2019-02-15 15:01,10,11,9,10,5,6", "D202:3×1", 3],
    ["unreadable time", `2019-02-30 15:01,${GOOD}`, "D203:3×1", 2],
    ["no number", "2019-02-15 15:01,10,eleven,9,10,5", "D204:3×1", 2],
    ["not a number", "2019-02-15 15:01,10,NaN,9,10,5", "D204:3×1", 2],
    ["empty", "2019-02-15 15:01,10,,9,10,5", "D204:3×1", 2],
    ["zero", "2019-02-15 15:01,10,11,0,10,5", "D205:3×1", 2],
    ["negative", "2019-02-15 15:01,10,11,-9,10,5", "D205:3×1", 2],
    ["absurd price", "2019-02-15 15:01,10,42667410863718.8,9,10,5", "D206:3×1", 2],
    ["no volume", "2019-02-15 15:01,10,11,9,10,-", "D207:3×1", 3],
    ["negative volume", "2019-02-15 15:01,10,11,9,10,-5", "D208:3×1", 3],
    ["absurd volume", "2019-02-15 15:01,10,11,9,10,1e16", "D209:3×1", 3],
    ["high below low", "2019-02-15 15:01,10,8,12,10,5", "D211:3×1", 3],
    ["close above high", "2019-02-15 15:01,10,11,9,12,5", "D212:3×1", 3],
    ["same row twice", `2019-02-15 15:00,${GOOD}`, "D216:3×1", 2],
    ["other row at one time", "2019-02-15 15:00,10,11,9,11,5", "D217:3×1", 2],
  ])("%s", (_, row, problem, rowsAfterRepair) => {
    const rows = text(`2019-02-15 15:00,${GOOD}`, row, `2019-02-15 15:02,${GOOD}`);
    expect(problemsOf(rows, UTC_ENDS)).toEqual([problem]);
    const repaired = barsOf(rows, { ...UTC_ENDS, repair: true });
    expect(repaired.rows).toBe(rowsAfterRepair);
    expect(repaired.repairs).toMatchObject([{ code: problem.slice(0, 4), file: "test.csv", line: 3 }]);
    expect(repaired.notes.at(-1)).toMatch(`repaired: ${repaired.repairs[0]?.change.split(" (")[0]}`);
  });

  test("repaired bars hold their prices", () => {
    const bars = barsOf(text("2019-02-15 15:00,10,8,12,10,-5"), { ...UTC_ENDS, repair: true });
    expect([bars.prices.high[0], bars.prices.low[0], bars.volume[0]]).toEqual([12, 8, 0]);
  });

  test("rows out of order are named, and sorted by repair", () => {
    const rows = text(`2019-02-15 15:00,${GOOD}`, `2019-02-15 15:03,${GOOD}`, `2019-02-15 15:01,${GOOD}`, `2019-02-15 15:04,${GOOD}`);
    expect(problemsOf(rows, UTC_ENDS)).toEqual(["D215:4×1"]);
    expect(endsOf(barsOf(rows, { ...UTC_ENDS, repair: true })).map((end) => end.slice(14))).toEqual(["00", "01", "03", "04"]);
  });

  test("the width of rows out of order is that of the rows sorted", () => {
    const stamps = ["00", "02", "04", "06", "01", "03", "05"];
    const rows = text(...stamps.map((minute) => `2019-02-15 15:${minute},${GOOD}`));
    const options = { zone: "utc", stamp: "start", repair: true } as const;
    expect(barsOf(rows, options).width).toBe(60_000_000);
    expect(endsOf(barsOf(rows, options))[0]).toBe("2019-02-15 15:01");
    expect(problemsOf(rows, { ...options, width: 120_000_000 })).toEqual(["D108:0×1"]);
  });

  test("a file with its newest row first is turned round and said so; nothing is wrong with it", () => {
    const bars = barsOf(text(`2019-02-15 15:02,${GOOD}`, `2019-02-15 15:01,${GOOD}`, `2019-02-15 15:00,${GOOD}`), UTC_ENDS);
    expect(endsOf(bars)[0]).toBe("2019-02-15 15:00");
    expect(bars.notes[0]).toMatch(/newest row first/);
  });

  test("times that New York's clocks skipped or showed twice", () => {
    const options = { zone: "exchange", stamp: "end", width: 60_000_000 } as const;
    const skipped = text(`2019-03-10 01:59,${GOOD}`, `2019-03-10 02:30,${GOOD}`, `2019-03-10 03:00,${GOOD}`);
    expect(problemsOf(skipped, options)).toEqual(["D213:3×1"]);
    expect(endsOf(barsOf(skipped, { ...options, repair: true }))).toEqual(["2019-03-10 06:59", "2019-03-10 07:00"]);
    const twice = text(`2019-11-03 00:59,${GOOD}`, `2019-11-03 01:30,${GOOD}`, `2019-11-03 02:00,${GOOD}`);
    expect(problemsOf(twice, options)).toEqual(["D214:3×1"]);
  });

  test("a date outside the calendar names the way out", () => {
    const result = readText(text(`1950-01-03,${GOOD}`));
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code: "D107", line: 2, cure: expect.stringContaining("--calendar always") }],
    });
  });

  test("the first of each kind is told, with how many there are", () => {
    const rows = text(
      `2019-02-15 15:00,${GOOD}`,
      "2019-02-15 15:01,0,11,9,10,5",
      "2019-02-15 15:02,10,11,9,12,5",
      "2019-02-15 15:03,0,11,9,10,5",
    );
    expect(problemsOf(rows, UTC_ENDS)).toEqual(["D205:3×2", "D212:4×1"]);
  });

  test("repair leaves what it cannot mend", () => {
    expect(problemsOf(text("2019-02-15 15:00,1.01234567891,2,1,1.5,5"), { ...UTC_ENDS, repair: true })).toEqual(["D210:2×1"]);
  });

  test("one row does not show a width", () => {
    expect(problemsOf(text(`2019-02-15 15:00,${GOOD}`), { zone: "utc", stamp: "end" })).toEqual(["D108:0×1"]);
  });
});

test("what was found in rows is told even where the file as a whole fails", () => {
  expect(problemsOf(text(`2019-02-15 15:00,${GOOD}`, "2019-02-15 15:01,10,11"), { zone: "utc", stamp: "end" })).toEqual([
    "D201:3×1",
    "D108:0×1",
  ]);
});

test("a repair says how the row was", () => {
  const { repairs } = barsOf(text(`2019-02-15 15:00,${GOOD}`, "2019-02-15 15:01,10,8,12,10,5"), { ...UTC_ENDS, repair: true });
  expect(repairs.map((repair) => repair.change)).toEqual([
    "high below low (open 10, high 8, low 12, close 10): high set to the highest of the four prices, low to the lowest",
  ]);
});

describe("gaps are told and nothing more", () => {
  test("inside a session", () => {
    const minutes = ["00", "01", "04", "05", "07"].map((minute) => `2019-02-15 15:${minute},${GOOD}`);
    const bars = barsOf(text(...minutes, `2019-02-19 15:00,${GOOD}`), { zone: "utc", stamp: "end", width: 60_000_000 });
    expect(bars.notes.at(-1)).toBe(
      "test.csv:3: gaps inside sessions: 2, the first here, the largest 2m after 2019-02-15T15:01:00Z (information only) [D218]",
    );
  });

  test("sessions without a row between minutes, and rows on dates that are no sessions", () => {
    const rows = ["15 15:00", "15 15:01", "16 15:00", "20 15:00", "20 15:01"].map((stamp) => `2019-02-${stamp},${GOOD}`);
    expect(barsOf(text(...rows), UTC_ENDS).notes.slice(-2)).toEqual([
      "test.csv:4: sessions without a row: 1, the first here, the most together 1 after 2019-02-16 (information only) [D219]",
      "test.csv:4: rows on dates that are no sessions: 1, the first here, the most on 2019-02-16 (information only) [D220]",
    ]);
  });

  test("sessions without a row", () => {
    const bars = barsOf(text(`2019-02-14,${GOOD}`, `2019-02-15,${GOOD}`, `2019-02-21,${GOOD}`));
    expect(bars.notes.at(-1)).toBe(
      "test.csv:3: sessions without a row: 2, the first here, the most together 2 after 2019-02-15 (information only) [D219]",
    );
  });
});
