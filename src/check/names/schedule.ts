/**
 * The order in which definitions are given their meaning: each after what it reads, whatever their order in the file. Here circles are found, and
 * nesting that goes too deep; nothing later has to look for either. The walk keeps its own stack, so a chain may be as long as a file.
 */
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Definitions, FunctionDefinition, ValueDefinition } from "../context.ts";
import { MESSAGES } from "../messages/messages.ts";
import { POISON } from "../types/values.ts";
import { type Reference, referencesOfBody, referencesOfExpression, referencesOfRecursion } from "./references.ts";

/** How deep an expression may go with the bodies of all the functions that it calls. */
const DEPTH_MAX = 1500;

/** What a call adds to the depth of the body it calls. */
const CALL_DEPTH = 8;

/** How much of a circle is shown. */
const PATH_MAX = 8;

type Definition = ValueDefinition | FunctionDefinition;

interface Visit {
  readonly definition: Definition;
  readonly references: readonly Reference[];
  next: number;
  /** How deep it goes with what it calls, as far as it is known. */
  depth: number;
}

function isFunction(definition: Definition): definition is FunctionDefinition {
  return definition.item.kind === "fn";
}

function referencesOf({ item }: Definition): readonly Reference[] {
  switch (item.kind) {
    case "fn":
      return referencesOfBody(
        item.body,
        item.parameters.map((parameter) => parameter.name.text),
      );
    case "rec":
      return referencesOfRecursion(item);
    case "value":
      return referencesOfExpression(item.value);
  }
}

/** The walk over the definitions of `root`; `evaluate` is called for each value after what it reads. */
export function createSchedule(root: Definitions, sink: Diagnostic[], evaluate: (definition: ValueDefinition) => void) {
  const depths = new Map<Definition, number>();
  const stack: Visit[] = [];
  const open = new Set<Definition>();

  const spoil = (definitions: readonly Definition[], diagnostic: Diagnostic): void => {
    const last = definitions.at(-1);
    for (const definition of definitions) {
      if (!isFunction(definition)) definition.value = POISON;
      else definition.diagnostics = definition === last || definition.file !== root ? [diagnostic] : [];
      if (isFunction(definition)) definition.unusable = true;
    }
    if (last !== undefined && !isFunction(last)) sink.push(diagnostic);
  };

  const reportCircle = (target: Definition, { name }: Reference): void => {
    const circle = stack.slice(stack.findIndex((visit) => visit.definition === target)).map((visit) => visit.definition);
    const names = [...circle, target].map((definition) => definition.item.name.text);
    const shown = names.length <= PATH_MAX ? names : [...names.slice(0, PATH_MAX - 2), "…", names.at(-1)];
    spoil(circle, diagnose(MESSAGES, "E0203", name.span, { path: shown.join(" → ") }));
  };

  const follow = (visit: Visit, reference: Reference): void => {
    const definitions = isFunction(visit.definition) ? visit.definition.file : root;
    const { text } = reference.name;
    const target = reference.kind === "value" ? definitions.values.get(text) : definitions.functions.get(text);
    visit.depth = Math.max(visit.depth, reference.depth);
    if (target === undefined) return;
    if (open.has(target)) reportCircle(target, reference);
    else if (!depths.has(target)) enter(target);
    else if (isFunction(target)) {
      visit.depth = Math.max(visit.depth, reference.depth + CALL_DEPTH + (depths.get(target) ?? 0));
      if (visit.depth <= DEPTH_MAX) return;
      visit.depth = 0;
      spoil([visit.definition], diagnose(MESSAGES, "E0414", reference.name.span, { what: `The calls in \`${text}\` are nested too deep` }));
    }
  };

  const enter = (definition: Definition): void => {
    open.add(definition);
    stack.push({ definition, references: referencesOf(definition), next: 0, depth: 0 });
  };

  const leave = ({ definition, depth }: Visit): void => {
    stack.pop();
    open.delete(definition);
    depths.set(definition, depth);
    if (!isFunction(definition) && definition.value === undefined) evaluate(definition);
  };

  /** Visits `definition` and, before it, everything that it reads. */
  return (definition: Definition): void => {
    if (!depths.has(definition)) enter(definition);
    for (let visit = stack.at(-1); visit !== undefined; visit = stack.at(-1)) {
      const reference = visit.references[visit.next];
      if (reference === undefined) leave(visit);
      else {
        const height = stack.length;
        follow(visit, reference);
        if (stack.length === height) visit.next += 1;
      }
    }
  };
}
