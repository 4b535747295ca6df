/** A text as an editor has it open: its diagnostics, its names, and what is known of its values, from its last state that compiled. */
import { type Feature, featuresOf, type NamedRanges } from "../../backends/drawing/features.ts";
import { checkStrategy, type Outside } from "../../check/check.ts";
import { type CheckedProgram, type NamedTerm, namedRanges } from "../../check/program.ts";
import { type Diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { KernelHalt } from "../../graph/kernel.ts";
import type { Graph } from "../../graph/nodes.ts";
import { lower } from "../../lower/lower.ts";
import { parse } from "../../syntax/parse.ts";
import { type FileSymbol, symbolsOf } from "./symbols.ts";

/** How a text reads other files. */
export type Surroundings = Outside;

export interface Analysis {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: readonly FileSymbol[];
  /** Of this text, or of the last before it without errors; null where there was none yet, and of a module. */
  readonly program: Known | null;
}

/** What is known of a program that compiles. */
export interface Known {
  /** By the names of its file. */
  readonly names: ReadonlyMap<string, Pick<NamedTerm, "unit">>;
  /** Made when it is asked for first. */
  features(): ProgramFeatures;
}

export interface ProgramFeatures {
  readonly graph: Graph;
  /** By the names of the file, of what is evaluated row by row. */
  readonly features: ReadonlyMap<string, Feature>;
}

/** Analyses a text called `name`; `before` is what was known of it last. */
export function analyse(text: string, name: string, outside: Surroundings, before: Analysis | null): Analysis {
  const parsed = parse(text, name);
  const last = before?.program ?? null;
  if (parsed.value === undefined) return { text, diagnostics: parsed.diagnostics, symbols: [], program: last };
  const checked = checkStrategy(parsed.value, text, outside);
  const isWhole = checked.value !== undefined && !hasErrors(parsed.diagnostics);
  return {
    text,
    diagnostics: [...parsed.diagnostics, ...checked.diagnostics],
    symbols: symbolsOf(parsed.value, text),
    program: isWhole ? knownOf(checked.value) : last,
  };
}

function knownOf(program: CheckedProgram): Known {
  let features: ProgramFeatures | null = null;
  return {
    names: new Map(program.names.map((named) => [named.name, named])),
    features: () => {
      features ??= programFeatures(program);
      return features;
    },
  };
}

function programFeatures(program: CheckedProgram): ProgramFeatures {
  const graph = lower(program);
  const parameters = graph.parameters.map((parameter) => parameter.default);
  return {
    graph,
    features: new Map(
      featuresUnder(graph, parameters, namedRanges(program)).flatMap((feature) => feature.names.map((name) => [name, feature])),
    ),
  };
}

/** None where the parameters' defaults make a value that is not finite: `check` does not say so, a run does. */
function featuresUnder(graph: Graph, parameters: readonly number[], known: NamedRanges): readonly Feature[] {
  try {
    return featuresOf(graph, parameters, known).features;
  } catch (error) {
    if (error instanceof KernelHalt) return [];
    throw error;
  }
}
