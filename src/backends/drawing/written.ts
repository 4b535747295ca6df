/** What the file says that a graph came from, for people: a graph alone does not know how it was written. */

export interface Written {
  /** Definitions by the names of the graph: "day.trend" is "sma(close, 50)". */
  readonly values: ReadonlyMap<string, string>;
  /** The clauses of each rule, or family of rules, each on one line. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
}

/** How `name` is defined; of a field of a record, as a field of what the record is. Undefined for what no text is known of. */
export function definition({ values }: Written, name: string): string | undefined {
  const known = values.get(name);
  if (known !== undefined) return known;
  const dot = name.lastIndexOf(".");
  const record = values.get(name.slice(0, Math.max(0, dot)));
  return record === undefined ? undefined : `${record}${name.slice(dot)}`;
}

/** The clauses of a rule, or of the family that it is a member of. */
export function clausesOf({ rules }: Written, rule: string): readonly string[] {
  return rules.get(familyOf(rule)) ?? [];
}

/** "level[3]" is of the family "level"; every other rule is its own. */
export function familyOf(rule: string): string {
  return rule.replace(/\[\d+\]$/, "");
}
