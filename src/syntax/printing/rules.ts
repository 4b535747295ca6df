/** Rules as text. */
import type { EnterClause, Expression, Item, OrderClause, RuleClause } from "../ast.ts";
import { BIND, expression, list, parenthesized, range, statement } from "./expressions.ts";
import { concat, type Layout, laidOut, line } from "./layout.ts";
import { braces, type Comments, type Entry, leaf } from "./sequence.ts";

/** Most clauses that stay on one line. */
const CLAUSES_INLINE = 2;

export function rule(item: Extract<Item, { kind: "rule" }>, comments: Comments): Layout {
  const head = [
    `rule ${item.name.text} `,
    item.clock === undefined ? "" : `on ${item.clock.text} `,
    item.across ? "across universe " : "",
    ...(item.each === undefined ? [] : [`each ${item.each.name.text} in `, range(item.each.range), " "]),
  ];
  return concat(...head, braces(item.clauses.map(clauseEntry), item.span.end, comments, CLAUSES_INLINE));
}

/** The clauses of a rule, those of `enter` after it, each on one line. */
export function clauseTexts({ clauses }: Extract<Item, { kind: "rule" }>): readonly string[] {
  const layouts = clauses.flatMap((clause) =>
    clause.kind === "enter" ? [concat(`enter ${clause.side}`), ...clause.clauses.map(enterClause)] : [ruleClause(clause, [])],
  );
  return layouts.map((layout) => laidOut(layout, Number.POSITIVE_INFINITY));
}

function clauseEntry(clause: RuleClause): Entry {
  if (clause.kind !== "enter") return { span: clause.span, print: (comments) => ruleClause(clause, comments) };
  const print = (comments: Comments) =>
    concat(
      `enter ${clause.side} `,
      braces(
        clause.clauses.map((inner) => leaf(inner.span, enterClause(inner))),
        clause.span.end,
        comments,
        CLAUSES_INLINE,
      ),
    );
  return { span: clause.span, print };
}

function ruleClause(clause: Exclude<RuleClause, { kind: "enter" }>, comments: Comments): Layout {
  switch (clause.kind) {
    case "let":
      return statement(clause, comments);
    case "when":
      return concat("when ", expression(clause.condition));
    case "exit":
      return concat(`exit ${clause.trade.text}`, ...(clause.order === undefined ? [] : [" { ", order(clause.order), " }"]));
    case "reverse":
    case "emulated":
      return concat(clause.kind);
    case "hold":
      return concat("hold ", holdSize(clause.size), clause.trim ? " trim" : "");
    case "holdLegs": {
      const legs = clause.legs.map((leg) => concat(leg.symbol.text, ": ", expression(leg.size)));
      const within = clause.within === undefined ? [] : [" legs within ", expression(clause.within)];
      return concat("hold ", list("{", legs, "}", line), ...within, clause.otherwise === undefined ? "" : ` else ${clause.otherwise.text}`);
    }
    case "quote": {
      const replace = clause.replaceAfter === undefined ? [] : [" replace after ", expression(clause.replaceAfter)];
      const post = clause.postOnly ? " post_only" : "";
      return concat(`quote ${clause.side} { at `, expression(clause.at), " size ", expression(clause.size), post, ...replace, " }");
    }
    case "atMost":
      return concat("at most ", expression(clause.count), ` per ${clause.per.text}`);
    case "cooldown":
      return concat("cooldown ", expression(clause.length), " after exit");
    case "notify":
      return concat(`notify "${clause.text}"`);
  }
}

/** A size that begins with `{` would be read as legs. */
function holdSize(size: Expression): Layout {
  const layout = expression(size);
  return laidOut(layout).startsWith("{") ? parenthesized(layout) : layout;
}

function enterClause(clause: EnterClause): Layout {
  switch (clause.kind) {
    case "size":
    case "risk":
      return concat(`${clause.kind} `, expression(clause.value), clause.trim ? " trim" : "");
    case "order":
      return order(clause.order);
    case "stop":
    case "trail":
      return concat(`${clause.kind} at `, expression(clause.at));
    case "target": {
      const part = clause.part === undefined ? [] : [targetPart(clause.part), " "];
      const then = clause.thenStop === undefined ? [] : [" then stop at ", expression(clause.thenStop)];
      return concat("target ", ...part, "at ", expression(clause.at), ...then);
    }
    case "add":
      return concat("add up to ", expression(clause.upTo), " when ", expression(clause.when));
    case "prefer":
      return concat(`prefer ${clause.order} `, expression(clause.by));
  }
}

/** `1/3` as people write it; a part that begins with the name `at` would be read as the price's word. */
function targetPart(part: Expression): Layout {
  if (part.kind === "binary" && part.operator === "/" && part.left.kind === "number" && part.right.kind === "number")
    return concat(expression(part.left), "/", expression(part.right));
  const layout = expression(part, BIND.sum);
  return /^at\b/.test(laidOut(layout)) ? parenthesized(layout) : layout;
}

function order({ type, at, limit, tif, elseClose }: OrderClause): Layout {
  const price = at === undefined ? [] : [" at ", expression(at)];
  const bound = limit === undefined ? [] : [" limit ", expression(limit)];
  const life = tif === undefined ? [] : [" tif ", "kind" in tif ? expression(tif) : tif.text];
  const rest = elseClose ? [" else close"] : [];
  return concat(`order ${type}`, ...price, ...bound, ...life, ...rest);
}
