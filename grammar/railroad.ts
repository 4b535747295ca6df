/** The grammar as railroad diagrams: one page without scripts or anything from elsewhere. */
import {
  Alternation,
  type Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Terminal,
} from "chevrotain";
import railroad from "railroad-diagrams";
import { grammarRules, terminalText } from "./productions.ts";

/** The library's nodes are opaque: they are only put together and drawn. */
type Track = railroad.Track;

function sequence(productions: readonly IProduction[]): Track {
  return productions.length === 0 ? railroad.Skip() : railroad.Sequence(...productions.map(track));
}

function track(one: IProduction): Track {
  if (one instanceof Terminal) return railroad.Terminal(terminalText(one.terminalType).replaceAll('"', ""));
  if (one instanceof NonTerminal) return railroad.NonTerminal(one.nonTerminalName, `#${one.nonTerminalName}`);
  if (one instanceof Alternation) {
    return railroad.Choice(0, ...one.definition.map((alternative) => sequence((alternative as Alternative).definition)));
  }
  if (one instanceof Option) return railroad.Optional(sequence(one.definition));
  if (one instanceof Repetition) return railroad.ZeroOrMore(sequence(one.definition));
  if (one instanceof RepetitionWithSeparator)
    return railroad.ZeroOrMore(sequence(one.definition), railroad.Terminal(terminalText(one.separator).replaceAll('"', "")));
  if (one instanceof RepetitionMandatoryWithSeparator)
    return railroad.OneOrMore(sequence(one.definition), railroad.Terminal(terminalText(one.separator).replaceAll('"', "")));
  throw new Error(`no drawing for ${one.constructor.name}`);
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1f2933; background: #fff; }
  h2 { font: 600 16px ui-monospace, monospace; margin: 2rem 0 0.25rem; }
  h2:target { background: #fff3bf; }
  nav a { font: 13px ui-monospace, monospace; margin-right: 0.75rem; white-space: nowrap; }
  .drawing { overflow-x: auto; }
  svg.railroad-diagram path { stroke-width: 2; stroke: #52606d; fill: none; }
  svg.railroad-diagram text { font: 13px ui-monospace, monospace; text-anchor: middle; fill: #1f2933; }
  svg.railroad-diagram a text { fill: #0b69a3; }
  svg.railroad-diagram rect { stroke-width: 1.5; stroke: #52606d; fill: #e3f8ff; }
  svg.railroad-diagram g.non-terminal rect { fill: #f5f7fa; }
`;

/** The page, whole. */
export function railroadPage(): string {
  const rules = grammarRules();
  const links = rules.map(({ name }) => `<a href="#${name}">${name}</a>`).join("\n");
  const drawings = rules.map(
    ({ name, definition }) =>
      `<h2 id="${name}">${name}</h2>\n<div class="drawing">${railroad.Diagram(sequence(definition)).toString()}</div>`,
  );
  return `<!doctype html>
<html lang="en">
<!-- Generated from the parser by grammar/generate.ts: do not edit. -->
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The grammar of .strat files</title>
<style>${STYLE}</style>
<h1>The grammar of .strat files</h1>
<p>A box with round ends stands for itself, a square one for the rule of that name. NAME, NUMBER and STRING are as <a href="stratc.ebnf">stratc.ebnf</a> says.</p>
<nav>
${links}
</nav>
${drawings.join("\n")}
</html>
`;
}
