/**
 * Units: what a number counts. Money, shares, bars and time, with rational exponents, and unit variables of generic functions.
 * A value without dimension is a ratio (%, bps, U ÷ U), a number (an index such as the RSI), or bare: a literal or an int, which fits both.
 */

interface Power {
  readonly base: string;
  readonly numerator: number;
  readonly denominator: number;
}

export type Unit =
  /** 0 and none: fits everything. */
  | { readonly kind: "any" }
  | { readonly kind: "bare" }
  | { readonly kind: "number" }
  | { readonly kind: "ratio" }
  /** Sorted by base, no exponent 0, at least one. */
  | { readonly kind: "dimension"; readonly powers: readonly Power[] };

export const ANY_UNIT: Unit = { kind: "any" };
export const BARE: Unit = { kind: "bare" };
export const NUMBER: Unit = { kind: "number" };
export const RATIO: Unit = { kind: "ratio" };

function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}

export function base(name: string): Unit {
  return { kind: "dimension", powers: [{ base: name, numerator: 1, denominator: 1 }] };
}

export const USD = base("usd");
export const SHARE = base("share");
export const BARS = base("bars");
export const DURATION = base("duration");

/** What a share costs. */
export const PRICE: Unit = {
  kind: "dimension",
  powers: [
    { base: "share", numerator: -1, denominator: 1 },
    { base: "usd", numerator: 1, denominator: 1 },
  ],
};

function powersOf(unit: Unit): readonly Power[] {
  return unit.kind === "dimension" ? unit.powers : [];
}

/** The power of a base in a unit; 0 where it has none. */
export function powerOf(unit: Unit, base: string): number {
  const power = powersOf(unit).find((each) => each.base === base);
  return power === undefined ? 0 : power.numerator / power.denominator;
}

/** The unit of these powers; a ratio where they cancel. */
function fromPowers(powers: readonly Power[]): Unit {
  const total = new Map<string, Power>();
  for (const power of powers) {
    const before = total.get(power.base) ?? { base: power.base, numerator: 0, denominator: 1 };
    const numerator = before.numerator * power.denominator + power.numerator * before.denominator;
    const denominator = before.denominator * power.denominator;
    const divisor = gcd(numerator, denominator) * Math.sign(denominator);
    total.set(power.base, { base: power.base, numerator: numerator / divisor, denominator: denominator / divisor });
  }
  const rest = [...total.values()].filter((power) => power.numerator !== 0).sort((a, b) => (a.base < b.base ? -1 : 1));
  return rest.length === 0 ? RATIO : { kind: "dimension", powers: rest };
}

function isPlain(unit: Unit): boolean {
  return unit.kind === "bare" || unit.kind === "any";
}

/** The unit of a product: number × ratio is a number, and so 100 × ratio is either. */
export function multiplyUnits(a: Unit, b: Unit): Unit {
  if (a.kind === "dimension") return b.kind === "dimension" ? fromPowers([...a.powers, ...b.powers]) : a;
  if (b.kind === "dimension") return b;
  if (a.kind === "any" && isPlain(b)) return a;
  if (b.kind === "any" && isPlain(a)) return b;
  if (a.kind === "number" || b.kind === "number") return NUMBER;
  return isPlain(a) || isPlain(b) ? BARE : RATIO;
}

/** The unit of a quotient: U ÷ U is a ratio, ratio ÷ number too, number ÷ ratio is a number; with a bare side, what both readings allow. */
export function divideUnits(a: Unit, b: Unit): Unit {
  if (a.kind === "dimension" || b.kind === "dimension") return isSame(a, b) ? RATIO : multiplyUnits(a, powerUnit(b, -1, 1));
  if (a.kind === "any" && isPlain(b)) return a;
  if (a.kind === "ratio" || b.kind === "number") return RATIO;
  return a.kind === "number" && b.kind === "ratio" ? NUMBER : BARE;
}

/** unit ^ (numerator ÷ denominator). */
export function powerUnit(unit: Unit, numerator: number, denominator: number): Unit {
  if (unit.kind !== "dimension" || numerator === denominator) return unit;
  return fromPowers(
    unit.powers.map((p) => ({ base: p.base, numerator: p.numerator * numerator, denominator: p.denominator * denominator })),
  );
}

function isSame(a: Unit, b: Unit): boolean {
  const [powers, others] = [powersOf(a), powersOf(b)];
  if (a.kind !== b.kind || powers.length !== others.length) return false;
  return powers.every(({ base, numerator, denominator }, i) => {
    const other = others[i];
    return base === other?.base && numerator === other.numerator && denominator === other.denominator;
  });
}

/** What two units are together where they must be the same, or undefined. */
export function joinUnits(a: Unit, b: Unit): Unit | undefined {
  if (a === b || a.kind === "any") return b;
  if (b.kind === "any") return a;
  if (a.kind === "bare" && b.kind !== "dimension") return b;
  if (b.kind === "bare" && a.kind !== "dimension") return a;
  return isSame(a, b) ? a : undefined;
}

function powerText(power: Power): string {
  const size = Math.abs(power.numerator);
  if (power.denominator !== 1) return `${power.base}^(${size}/${power.denominator})`;
  return size === 1 ? power.base : `${power.base}^${size}`;
}

/** "usd/share", "ratio", "usd^2"; a bare number is a "number". */
export function unitText(unit: Unit): string {
  if (unit.kind !== "dimension") return unit.kind === "ratio" ? "ratio" : "number";
  const above = unit.powers.filter((power) => power.numerator > 0).map(powerText);
  const below = unit.powers.filter((power) => power.numerator < 0).map(powerText);
  const top = above.length === 0 ? "1" : above.join("*");
  return below.length === 0 ? top : `${top}/${below.join("/")}`;
}

/** What marks a price that is adjusted for dividends: nothing trades at it. */
export const ADJUSTED = base("adjusted");

/** Whether two units would fit, or a plain number may be meant as one, but for one being adjusted for dividends and the other as traded. */
export function isAdjustedAgainstTraded(a: Unit, b: Unit): boolean {
  const [powerA, powerB] = [powerOf(a, "adjusted"), powerOf(b, "adjusted")];
  if (powerA === powerB) return false;
  if (a.kind === "bare" || b.kind === "bare") return true;
  return isSame(multiplyUnits(a, powerUnit(ADJUSTED, -powerA, 1)), multiplyUnits(b, powerUnit(ADJUSTED, -powerB, 1)));
}

// ---------------------------------------------------------------- generic functions

/** What a call has found its unit variables to be. */
export type Substitution = ReadonlyMap<string, Unit>;

/** Variables begin with a capital letter. */
export function isUnitVariable(name: string): boolean {
  return name >= "A" && name < "[";
}

export function variablesOf(unit: Unit): readonly string[] {
  return powersOf(unit)
    .map((power) => power.base)
    .filter(isUnitVariable);
}

/** Whether a unit is one base to the power of 1: `usd`, `U`. */
function isBase(unit: Unit): boolean {
  if (unit.kind !== "dimension" || unit.powers.length !== 1) return false;
  const [power] = unit.powers;
  return power?.numerator === 1 && power.denominator === 1;
}

/** `unit` with its variables replaced. */
export function substitute(unit: Unit, found: Substitution): Unit {
  if (unit.kind !== "dimension") return unit;
  return unit.powers.reduce<Unit>((product, power) => {
    const factor = found.get(power.base) ?? base(power.base);
    return multiplyUnits(product, powerUnit(factor, power.numerator, power.denominator));
  }, BARE);
}

/** Extends `found` so that `pattern` is `unit`, or undefined where that cannot be. */
export function matchUnit(pattern: Unit, unit: Unit, found: Substitution): Substitution | undefined {
  const open = pattern.kind === "dimension" ? pattern.powers.filter((p) => isUnitVariable(p.base)) : [];
  const unbound = open.filter((p) => !found.has(p.base));
  const [only] = unbound;
  if (only !== undefined && unbound.length === 1) {
    const rest = isBase(pattern) ? RATIO : substitute(fromPowers(powersOf(pattern).filter((p) => p !== only)), found);
    const target = rest.kind === "dimension" ? divideUnits(unit, rest) : unit;
    return new Map(found).set(only.base, powerUnit(target, only.denominator, only.numerator));
  }
  if (unbound.length > 1) return undefined;
  const joined = joinUnits(substitute(pattern, found), unit);
  if (joined === undefined) return undefined;
  const [single] = open;
  return single !== undefined && isBase(pattern) ? new Map(found).set(single.base, joined) : found;
}
