/**
 * The order in which definitions are given their meaning: each after what it reads, whatever their order in the file. Here circles are found, and
 * nesting that goes too deep; nothing later has to look for either. The walk keeps its own stack, so a chain may be as long as a file.
 */
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type Definitions, type FunctionDefinition, functionNamed, type Header, type ValueDefinition } from "../context.ts";
import { MESSAGES } from "../messages/messages.ts";
import { POISON } from "../types/values.ts";
import { valueKey } from "./clocks.ts";
import { type Reference, referencesOf } from "./references.ts";

/** How deep an expression may go with the bodies of all the functions that it calls. */
const DEPTH_MAX = 1500;

/** What a call adds to the depth of the body it calls. */
const CALL_DEPTH = 8;

/** How much of a circle is shown. */
const PATH_MAX = 8;

type Definition = ValueDefinition | FunctionDefinition;

/** A reference with what it names; undefined of a name that the file does not define. */
interface Resolved extends Reference {
  readonly target: Definition | undefined;
}

interface Visit {
  readonly definition: Definition;
  readonly references: readonly Resolved[];
  next: number;
  /** How deep it goes with what it calls, as far as it is known. */
  depth: number;
}

function isFunction(definition: Definition): definition is FunctionDefinition {
  return definition.item.kind === "fn";
}

/** The values that `name` may mean on a clock: that clock's, else those of others, in a function all of them. */
function valuesNamed(definitions: Definitions, header: Header, { name, clock }: Reference): readonly ValueDefinition[] {
  const own = clock === undefined ? undefined : definitions.values.get(valueKey(header, clock, name.text));
  if (own !== undefined) return [own];
  const found: ValueDefinition[] = [];
  for (let id = 0; id < Math.max(1, header.clocks.length); id++) {
    const definition = definitions.values.get(valueKey(header, id, name.text));
    if (definition !== undefined) found.push(definition);
  }
  return found;
}

/** What a definition reads, each with all that it may name. */
function resolved(definition: Definition, root: Definitions, header: Header): readonly Resolved[] {
  const definitions = isFunction(definition) ? definition.file : root;
  return referencesOf(definition, definitions.qualifiers).flatMap((reference): readonly Resolved[] => {
    const { kind, name } = reference;
    const found = kind === "value" ? valuesNamed(definitions, header, reference) : [functionNamed(definitions, name.text)];
    return found.length === 0 ? [{ ...reference, target: undefined }] : found.map((target) => ({ ...reference, target }));
  });
}

/** The walk over the definitions of `root`; `evaluate` is called for each value after what it reads. */
export function createSchedule(root: Definitions, header: Header, sink: Diagnostic[], evaluate: (definition: ValueDefinition) => void) {
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

  const follow = (visit: Visit, reference: Resolved): void => {
    const { target, name } = reference;
    visit.depth = Math.max(visit.depth, reference.depth);
    if (target === undefined) return;
    if (open.has(target)) reportCircle(target, reference);
    else if (!depths.has(target)) enter(target);
    else if (isFunction(target)) {
      visit.depth = Math.max(visit.depth, reference.depth + CALL_DEPTH + (depths.get(target) ?? 0));
      if (visit.depth <= DEPTH_MAX) return;
      visit.depth = 0;
      spoil([visit.definition], diagnose(MESSAGES, "E0414", name.span, { what: `The calls in \`${name.text}\` are nested too deep` }));
    }
  };

  const enter = (definition: Definition): void => {
    open.add(definition);
    stack.push({ definition, references: resolved(definition, root, header), next: 0, depth: 0 });
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
