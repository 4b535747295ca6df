/** Trees as text in the one layout of the language: `parse(print(file))` is `file`, but for spans. */
import type { Expression, File, Item, RiskLine, SessionTime, Setting, TestClause } from "./ast.ts";
import { BIND, block, expression, list, parenthesized, range, record, statement, type, typed } from "./printing/expressions.ts";
import { concat, group, indent, type Layout, laidOut, line, type Part, separated, softLine } from "./printing/layout.ts";
import { rule } from "./printing/rules.ts";
import { braces, type Comments, type Entry, leaf, ownLine, rows } from "./printing/sequence.ts";

/** Kinds that stand together without an empty line between them. */
const paragraphs: Readonly<Record<Item["kind"], string>> = {
  strategy: "head",
  module: "head",
  import: "head",
  calendar: "head",
  trade: "head",
  context: "head",
  group: "head",
  clock: "head",
  param: "parameters",
  require: "parameters",
  enum: "values",
  value: "values",
  rec: "values",
  on: "values",
  fn: "functions",
  model: "model",
  label: "model",
  risk: "limits",
  session: "limits",
  rule: "rules",
  simulate: "trial",
  study: "trial",
  plot: "trial",
  test: "trial",
};

/** The file's text. The tree must be whole: a hole left by a mistake prints as nothing. */
export function print(file: File): string {
  const comments = [...file.comments];
  const entries = file.items.map(itemEntry);
  let text = "";
  let previous: { readonly paragraph: string; readonly isTall: boolean } | undefined;
  for (const [index, entry] of entries.entries()) {
    const printed = rows(entry, entries[index + 1]?.span.start ?? Number.POSITIVE_INFINITY, comments).map((row) => laidOut(row));
    const isTall = paragraphs[entry.kind] !== "head" && printed.at(-1)?.includes("\n") === true;
    const here = { paragraph: paragraphs[entry.kind], isTall };
    const isHeaded = printed.length > 1;
    const isApart = previous !== undefined && (previous.paragraph !== here.paragraph || previous.isTall || isTall || isHeaded);
    text += `${isApart ? "\n" : ""}${printed.join("\n")}\n`;
    previous = here;
  }
  return text + comments.map((comment) => `${laidOut(ownLine(comment))}\n`).join("");
}

function itemEntry(item: Item): Entry & { readonly kind: Item["kind"] } {
  const doc = item.doc === undefined ? [] : item.doc.split("\n").map((text) => concat(documentation(text), line));
  const print = (comments: Comments) => group(concat(...doc, layout(item, comments)), doc.length > 0);
  return { kind: item.kind, span: item.span, print };
}

function documentation(text: string): string {
  return text === "" ? "///" : `/// ${text}`;
}

function names(list: readonly { readonly text: string }[]): readonly string[] {
  return list.map(({ text }) => text);
}

function layout(item: Item, comments: Comments): Layout {
  switch (item.kind) {
    case "strategy":
    case "calendar":
      return concat(`${item.kind} ${item.name.text}`);
    case "module":
      return concat(`module ${names(item.path).join(".")}`);
    case "import":
      return concat(
        `import ${names(item.path).join(".")}`,
        ...(item.names.length === 0 ? [] : [" ", list("{", names(item.names), "}", line)]),
      );
    case "trade":
    case "context":
      return concat(`${item.kind} `, list("[", names(item.symbols), "]", softLine));
    case "group":
      return concat(`group ${item.name.text} = `, list("[", names(item.symbols), "]", softLine));
    case "clock":
      return clock(item);
    case "param":
      return parameter(item);
    case "require":
      return concat("require ", expression(item.condition));
    case "value":
      return concat(`${item.name.text} = `, expression(item.value));
    case "label":
      return concat(`label ${item.name.text} = `, expression(item.value));
    case "enum":
      return concat(`enum ${item.name.text} `, list("{", names(item.members), "}", line));
    case "plot":
      return plot(item);
    case "rec":
    case "on":
    case "fn":
    case "model":
    case "risk":
    case "session":
    case "rule":
    case "simulate":
    case "study":
    case "test":
      return blockItem(item, comments);
  }
}

/** Items that hold things one below the other, with comments among them. */
function blockItem(
  item: Of<"rec" | "on" | "fn" | "model" | "risk" | "session" | "rule" | "simulate" | "study" | "test">,
  comments: Comments,
) {
  const { end } = item.span;
  switch (item.kind) {
    case "rec":
      return statement(item, comments);
    case "fn":
      return fn(item, comments);
    case "model":
      return model(item, comments);
    case "session":
      return concat("session ", braces(sessionEntries(item), end, comments, 2));
    case "study":
      return concat("study ", braces(studyEntries(item), end, comments, 2));
    case "on":
      return concat(`on ${item.clock.text} `, braces(item.values.map(itemEntry), end, comments, 1));
    case "risk":
      return concat(
        "risk ",
        braces(
          item.lines.map((risk) => leaf(risk.span, riskLine(risk))),
          end,
          comments,
          1,
        ),
      );
    case "rule":
      return rule(item, comments);
    case "simulate":
      return concat(
        "simulate ",
        braces(
          item.settings.map((one) => leaf(one.span, setting(one))),
          end,
          comments,
          4,
        ),
      );
    case "test": {
      const clauses = item.clauses.map((clause) => leaf(clause.span, testClause(clause)));
      return concat(`test ${item.name.text} `, braces(clauses, end, comments, 1));
    }
  }
}

type Of<Kind extends Item["kind"]> = Extract<Item, { readonly kind: Kind }>;

function clock(item: Of<"clock">): Layout {
  const of = item.of === undefined ? "" : ` of ${item.of.text}`;
  return concat(
    `clock ${item.name.text} = `,
    expression(item.width),
    of,
    item.regular ? " in regular" : "",
    item.shortLast ? " short_last" : "",
  );
}

function parameter(item: Of<"param">): Layout {
  const parts: Part[] = [`param ${item.name.text} = `, expression(item.default)];
  if (item.range !== undefined) parts.push(" in ", range(item.range));
  if (item.step !== undefined) parts.push(" step ", expression(item.step, BIND.sum));
  const overrides = item.overrides.map(({ symbol, value }) => concat(`${symbol.text}: `, expression(value)));
  return concat(...parts, ...(overrides.length === 0 ? [] : [" ", list("{", overrides, "}", line)]));
}

/** A bare name does not begin a line: there the parser may take it for the word of the next item. */
function plot({ values }: Of<"plot">): Layout {
  const parts = values.flatMap((value, index) => [...(index === 0 ? [] : [",", value.kind === "name" ? " " : line]), expression(value)]);
  return group(concat("plot ", indent(concat(...parts))));
}

function fn(item: Of<"fn">, comments: Comments): Layout {
  const parameters = item.parameters.map((parameter) =>
    concat(typed(parameter), ...(parameter.default === undefined ? [] : [" = ", expression(parameter.default)])),
  );
  return concat(`fn ${item.name.text}`, list("(", parameters, ")", softLine), ": ", type(item.result), " ", block(item.body, comments));
}

function model({ name, branch, file, inputs, outputs, timeout, span }: Of<"model">, comments: Comments): Layout {
  const declared = separated(outputs.map(typed), concat(",", line));
  const entries = [
    leaf(inputs.at(-1)?.value.span ?? span, concat("input ", record(inputs))),
    leaf(outputs.at(-1)?.type.span ?? span, concat("output ", indent(declared))),
    ...(timeout === undefined ? [] : [leaf(timeout.span, concat("timeout ", expression(timeout)))]),
  ];
  return concat(`model ${name.text} = ${branch.text} "${file}" `, braces(entries, span.end, comments, 0));
}

function riskLine({ measure, perSymbol, limit, per, otherwise }: RiskLine): Layout {
  const parts: Part[] = [measure.text, perSymbol ? " per symbol" : "", " <= ", expression(limit, BIND.coalesce)];
  if (per !== undefined) parts.push(" per ", expression(per, BIND.coalesce));
  if (otherwise !== undefined) parts.push(` else ${otherwise.action.text} until ${otherwise.until.text}`);
  return concat(...parts);
}

function sessionEntries({ entries, flatten }: Of<"session">): readonly Entry[] {
  return [
    ...(entries === undefined
      ? []
      : [leaf(entries.span, concat("entries from ", sessionTime(entries.from), " to ", sessionTime(entries.to)))]),
    ...(flatten === undefined ? [] : [leaf(flatten.span, concat("flatten ", sessionTime(flatten)))]),
  ];
}

function sessionTime({ offset, relation, anchor }: SessionTime): Layout {
  if (offset === undefined) return concat(anchor);
  const length = expression(offset, BIND.sum);
  const isClear = !/^(?:open|close)\b/.test(laidOut(length));
  return concat(isClear ? length : parenthesized(length), ` ${relation} ${anchor}`);
}

function setting({ key, value, per }: Setting): Layout {
  const word = key.text === "start" ? "start after " : `${key.text}: `;
  return concat(word, expression(value), per === undefined ? "" : ` per ${per.text}`);
}

function studyEntries({ walkForward, objective }: Of<"study">): readonly Entry[] {
  const windows = (train: Expression, validate: Expression): Layout =>
    concat("walk_forward train ", expression(train), " validate ", expression(validate));
  return [
    ...(walkForward === undefined ? [] : [leaf(walkForward.span, windows(walkForward.train, walkForward.validate))]),
    ...(objective === undefined ? [] : [leaf(objective.span, `objective ${objective.text}`)]),
  ];
}

function testClause(clause: TestClause): Layout {
  const values = (all: readonly Expression[]): Layout =>
    list(
      "[",
      all.map((value) => expression(value)),
      "]",
      softLine,
    );
  if (clause.kind === "given") return concat(`given ${clause.column.text} `, values(clause.values));
  const gives = clause.gives === undefined ? [] : [" gives ", values(clause.gives)];
  const within = clause.within === undefined ? [] : [" within ", expression(clause.within)];
  return concat("expect ", expression(clause.value), ...gives, ...within);
}
