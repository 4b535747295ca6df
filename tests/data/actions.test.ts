import fc from "fast-check";
import { expect, it } from "vitest";
import { actionsText, readActions } from "../../src/data/actions.ts";
import { type CorporateAction, inOrder } from "../../src/market/actions.ts";
import { calendarNamed } from "../../src/market/calendars.ts";
import { dateText } from "../../src/values/civil-date.ts";

const NYSE = calendarNamed("nyse");

function read(...lines: readonly string[]) {
  const table = readActions(lines.join("\n"), "actions.csv", NYSE);
  return table.ok
    ? [...table.value].flatMap(([symbol, actions]) =>
        actions.map((action) =>
          [symbol, dateText(action.day), action.kind === "split" ? `${action.shares}:${action.per}` : action.amount].join(" "),
        ),
      )
    : table.problems.map(({ code, line, count }) => `${code}:${line}×${count}`);
}

it("a table names its columns", () => {
  expect(read("symbol,date,kind,value", "A,2014-06-09,split,7:1", "", "B,2014-06-10,dividend,0.47", "A,2014-06-09,dividend,1")).toEqual([
    "A 2014-06-09 7:1",
    "A 2014-06-09 1",
    "B 2014-06-10 0.47",
  ]);
  expect(read("Date,Kind,Value", "2014-06-09,split,3/2")).toEqual([" 2014-06-09 3:2"]);
  expect(read("AAPL,2014-06-09,split,7:1")).toEqual(["D301:0×1"]);
});

it("what is wrong is said by line", () => {
  const wrong = [
    "2014-02-30,split,7:1",
    "2014-06-09,split,0:1",
    "2014-06-09,split,1:1",
    "2014-06-09,dividend,-1",
    "2014-06-09,spinoff,1",
    "2014-06-09,split",
    "x",
  ];
  expect(read("date,kind,value", "2014-01-02,split,2", ...wrong)).toEqual([`D302:3×${wrong.length}`]);
  expect(read("date,kind,value", "2014-01-02,split,2", "2014-01-02,split,3")).toEqual(["D303:3×1"]);
});

it("a factor file of LEAN says the same, on the session after each of its dates", () => {
  expect(
    read(
      "20140507,0.8961764,0.0357143,592.33",
      "20140606,0.9011818,0.0357143,645.57",
      "20140806,0.9011818,0.25,94.97",
      "20501231,0.9056639,0.25,0",
    ),
  ).toEqual([" 2014-05-08 3.29", " 2014-06-09 7:1", " 2014-08-07 0.47"]);
});

it("what is written is read again", () => {
  const day = fc.integer({ min: 10_000, max: 20_000 });
  const action = fc.oneof(
    fc.record({ kind: fc.constant("split" as const), day, shares: fc.integer({ min: 2, max: 50 }), per: fc.constant(1) }),
    fc.record({
      kind: fc.constant("dividend" as const),
      day,
      amount: fc.integer({ min: 1, max: 9_999 }).map((cents) => (cents / 100).toFixed(2)),
    }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(action, { selector: ({ kind, day: of }: CorporateAction) => `${kind} ${of}`, maxLength: 8 }), (actions) => {
      const table = readActions(actionsText(actions), "actions.csv", NYSE);
      expect(table.ok && (table.value.get("") ?? [])).toEqual(inOrder(actions));
    }),
  );
});
