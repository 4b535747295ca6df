/**
 * `run` and `condition`: the walk over rows that wakes the host. While a position is held every row is marked and every armed condition evaluated.
 * While the position is 0 the mark does not change, so the walk goes from one row to the next that a condition's bit points out, sixteen at a time;
 * always so where the host marks.
 */
import { ARM, SLOT } from "../../graph/kernel.ts";
import { accountPart, areTame, isConstantOnSkips, type Marks, priceScale, STORED_MARKS, slot } from "./account.ts";
import {
  type Callable,
  type Double,
  f64,
  get,
  give,
  type Int,
  i32,
  type Local,
  loopWhile,
  powerOfTwo,
  type Statement,
  select,
  sequence,
  set,
  type Vector,
  v128,
  when,
} from "./emit.ts";
import { ARMS_ADDRESS, headerOf, inputPlace } from "./layout.ts";
import type { LoopParts } from "./loop.ts";
import type { ModuleWriter, Scope } from "./module-writer.ts";
import type { Condition } from "./plan.ts";

const NOWHERE = i32.const(0);
const ZERO = i32.const(0);
const ONE = i32.const(1);
const BLOCK_ROWS = 16;

interface NumberedCondition {
  readonly condition: Condition;
  /** Among all conditions. */
  readonly index: number;
  /** Among the eight of its plane. */
  readonly bit: number;
}

/** Eight conditions whose market parts are the bits of one byte column. */
interface Plane {
  readonly address: number;
  readonly conditions: readonly NumberedCondition[];
  readonly ofAccount: readonly NumberedCondition[];
  /** Bits of conditions whose account parts may change on rows that are skipped. */
  readonly varying: number;
}

function planesOf(parts: LoopParts): readonly Plane[] {
  return parts.layout.masks.map((address, byte) => {
    const conditions = parts.plan.conditions
      .slice(8 * byte, 8 * byte + 8)
      .flatMap((condition, bit) => (condition === null ? [] : [{ condition, index: 8 * byte + bit, bit }]));
    const ofAccount = conditions.filter(({ condition }) => condition.account.length > 0);
    const varying = ofAccount.filter(({ condition }) => !isConstantOnSkips(parts, condition));
    return { address, conditions, ofAccount, varying: bitsOf(varying) };
  });
}

function bitsOf(conditions: readonly NumberedCondition[]): number {
  return conditions.reduce((bits, { bit }) => bits | (1 << bit), 0);
}

/** The arms of a plane, and which of its conditions' account parts are true. */
interface PlaneLocals {
  readonly armed: Local<"i32">;
  readonly inverted: Local<"i32">;
  readonly truth: Local<"i32">;
}

/** How equity is marked: on every row as it is passed, or not at all. */
interface Marker {
  readonly marks: Marks;
  readonly begin: Statement;
  readonly row: Statement;
  readonly end: Statement;
}

interface Walk {
  readonly parts: LoopParts;
  readonly scope: Scope;
  readonly planes: readonly (Plane & PlaneLocals)[];
  /** Column index of the row. */
  readonly at: Local<"i32">;
  readonly marker: Marker;
  /** A value on the way was not finite, or the slots are not tame. */
  readonly isWild: Local<"i32">;
  readonly isUntame: Local<"i32">;
}

const input = (parts: LoopParts, field: "low" | "high" | "close", index: Int): Double =>
  f64.load(i32.shl(index, i32.const(3)), inputPlace(parts.layout, field).address);

/** `run(at, phase, to)` on column indices: 2 × index + phase of the first wake, or 2 × to. */
export function defineRun(writer: ModuleWriter, parts: LoopParts): Callable<"i32"> {
  return writer.define("run", ["i32", "i32", "i32"], "i32", (scope, at, phase, to) => {
    const planes = planesOf(parts).map((plane) => ({
      ...plane,
      armed: scope.local("i32"),
      inverted: scope.local("i32"),
      truth: scope.local("i32"),
    }));
    const { marks } = parts.plan;
    const marker = marks ? runningMarks(parts, scope, get(at)) : HOST_MARKS;
    const walk: Walk = { parts, scope, planes, at, marker, isWild: scope.local("i32"), isUntame: scope.local("i32") };
    const [low, high] = [scope.local("f64"), scope.local("f64")];
    const [limit, watchesPrice, skips] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    const wake = (phaseOfWake: number): Statement => sequence(marker.end, give(i32.or(i32.shl(get(at), ONE), i32.const(phaseOfWake))));
    const touches = i32.or(f64.le(input(parts, "low", get(at)), get(low)), f64.ge(input(parts, "high", get(at)), get(high)));
    const trigger = sequence(when(i32.ge(get(at), get(limit)), wake(0)), when(get(watchesPrice), when(touches, wake(0))));
    const row = sequence(
      when(get(phase), set(phase, ZERO), trigger),
      marker.row,
      ...evaluateAccount(walk),
      when(i32.or(hits(walk), get(walk.isWild)), wake(1)),
      set(at, i32.add(get(at), ONE)),
      when(get(skips), skip(walk, select(get(limit), get(to), i32.lt(get(limit), get(to))))),
    );
    return sequence(
      ...planes.flatMap(readArms),
      marker.begin,
      set(low, slot("wakeLow")),
      set(high, slot("wakeHigh")),
      set(
        watchesPrice,
        i32.or(f64.gt(get(low), f64.const(Number.NEGATIVE_INFINITY)), f64.lt(get(high), f64.const(Number.POSITIVE_INFINITY))),
      ),
      set(skips, i32.and(marks ? f64.eq(slot("position"), f64.const(0)) : ONE, i32.eqz(get(watchesPrice)))),
      set(limit, wakeIndex(parts, get(to))),
      set(walk.isUntame, i32.eqz(areTame())),
      loopWhile(i32.lt(get(at), get(to)), row),
      marker.end,
      give(i32.shl(get(to), ONE)),
    );
  });
}

/** The index of the first row whose number is at least `wakeRow`, at most `to`. */
function wakeIndex({ plan }: LoopParts, to: Int): Int {
  const offset = f64.fromInt(i32.load(NOWHERE, headerOf(plan).rowOffset));
  const index = f64.ceil(f64.sub(slot("wakeRow"), offset));
  return select(i32.truncateDouble(index), to, f64.lt(index, f64.fromInt(to)));
}

function readArms({ conditions, ofAccount, armed, inverted, truth }: Plane & PlaneLocals): readonly Statement[] {
  const arm = (index: number): Int => i32.load8(NOWHERE, ARMS_ADDRESS + index);
  const gather = (test: (arm: Int) => Int): Int =>
    conditions.map(({ index, bit }) => i32.shl(test(arm(index)), i32.const(bit))).reduce((all, one) => i32.or(all, one), ZERO);
  return [
    set(
      armed,
      gather((value) => i32.ne(value, i32.const(ARM.off))),
    ),
    set(
      inverted,
      gather((value) => i32.eq(value, i32.const(ARM.whenNotTrue))),
    ),
    set(truth, i32.const(0xff & ~bitsOf(ofAccount))),
  ];
}

/** The host marks. */
const HOST_MARKS: Marker = { marks: STORED_MARKS, begin: sequence(), row: sequence(), end: sequence() };

/** Equity, its peak and the largest drawdown at the close of each row, in locals between slots. */
function runningMarks(parts: LoopParts, scope: Scope, index: Int): Marker {
  const [equity, peak, drawdown] = [scope.local("f64"), scope.local("f64"), scope.local("f64")];
  /** Equity at or below this may be a larger drawdown. */
  const floor = scope.local("f64");
  const close = f64.div(input(parts, "close", index), priceScale(parts.layout));
  const depth = f64.sub(f64.const(1), f64.div(get(equity), get(peak)));
  const lower = set(floor, floorOf(get(peak), get(drawdown)));
  return {
    marks: { equity: get(equity), peak: get(peak) },
    begin: sequence(set(equity, slot("equity")), set(peak, slot("equityPeak")), set(drawdown, slot("maxDrawdown")), lower),
    row: sequence(
      set(equity, f64.add(slot("cash"), f64.mul(slot("position"), close))),
      when(f64.gt(get(equity), get(peak)), sequence(set(peak, get(equity)), lower)),
      when(f64.le(get(equity), get(floor)), sequence(set(drawdown, f64.max(get(drawdown), depth)), lower)),
    ),
    end: sequence(
      f64.store(NOWHERE, get(equity), SLOT.equity * 8),
      f64.store(NOWHERE, get(peak), SLOT.equityPeak * 8),
      f64.store(NOWHERE, get(drawdown), SLOT.maxDrawdown * 8),
    ),
  };
}

/** A little above the exact bound, so that rounding hides no drawdown; no bound where the peak is not positive. */
function floorOf(peak: Double, drawdown: Double): Double {
  const bound = f64.mul(peak, f64.sub(f64.const(1), drawdown));
  const margin = f64.mul(f64.add(f64.abs(bound), peak), f64.const(powerOfTwo(-48)));
  return select(f64.add(bound, margin), f64.const(Number.POSITIVE_INFINITY), f64.gt(peak, f64.const(0)));
}

/** Sets the truth bit of every armed condition of the account. */
function evaluateAccount(walk: Walk): readonly Statement[] {
  return walk.planes.flatMap(({ ofAccount, armed, truth }) =>
    ofAccount.map(({ condition, bit }) => {
      const own = i32.const(1 << bit);
      const part = accountPart(walk.parts, walk.scope, condition, get(walk.at), walk.marker.marks, walk.isWild);
      const others = i32.and(get(truth), i32.const(0xff & ~(1 << bit)));
      const update = set(truth, i32.or(others, i32.shl(part.isTrue, i32.const(bit))));
      const wild = set(walk.isWild, i32.or(get(walk.isWild), get(walk.isUntame)));
      return when(i32.and(get(armed), own), sequence(part.statements, wild, update));
    }),
  );
}

function hits({ planes, at }: Walk): Int {
  return planes
    .map(({ address, armed, inverted, truth }) =>
      i32.and(i32.xor(i32.and(i32.load8(get(at), address), get(truth)), get(inverted)), get(armed)),
    )
    .reduce((all, one) => i32.or(all, one), ZERO);
}

/** Moves to the first row before `end` that may hit, or to `end`; never back. A vector may look at rows after `end`; they are cut off. */
function skip({ scope, planes, at }: Walk, end: Int): Statement {
  const stop = scope.local("i32");
  const lanes = planes.map((plane) => ({
    ...plane,
    vectors: { armed: scope.local("v128"), inverted: scope.local("v128"), truth: scope.local("v128"), varying: scope.local("v128") },
  }));
  const prepare = lanes.flatMap(({ armed, inverted, truth, varying, vectors }) => [
    set(vectors.armed, v128.splatByte(i32.and(get(armed), i32.const(0xff & ~varying)))),
    set(vectors.inverted, v128.splatByte(get(inverted))),
    set(vectors.truth, v128.splatByte(get(truth))),
    set(vectors.varying, v128.splatByte(i32.and(get(armed), i32.const(varying)))),
  ]);
  const hit: Vector = lanes
    .map(({ address, vectors, varying }) => {
      const bits = v128.load(get(at), address);
      const sure = v128.and(v128.xor(v128.and(bits, get(vectors.truth)), get(vectors.inverted)), get(vectors.armed));
      return varying === 0 ? sure : v128.or(sure, v128.and(v128.or(bits, get(vectors.inverted)), get(vectors.varying)));
    })
    .reduce((all, one) => v128.or(all, one));
  const first = scope.local("i32");
  const quiet = v128.byteMask(v128.equalBytes(hit, v128.splatByte(ZERO)));
  return sequence(
    set(stop, end),
    set(stop, select(get(stop), get(at), i32.lt(get(at), get(stop)))),
    ...prepare,
    loopWhile(
      i32.lt(get(at), get(stop)),
      sequence(
        set(first, i32.ctz(i32.xor(quiet, i32.const(0x1ffff)))),
        set(at, i32.add(get(at), get(first))),
        when(i32.lt(get(first), i32.const(BLOCK_ROWS)), set(stop, select(get(at), get(stop), i32.lt(get(at), get(stop))))),
      ),
    ),
    set(at, get(stop)),
  );
}

/** `condition(number, at)`: 1 where it is true, 0 where not, 2 where a value on the way was not finite. */
export function defineCondition(writer: ModuleWriter, parts: LoopParts): Callable<"i32"> {
  return writer.define("condition", ["i32", "i32"], "i32", (scope, number, at) => {
    const isWild = scope.local("i32");
    const cases = planesOf(parts).flatMap(({ address, conditions }) =>
      conditions.map(({ condition, index, bit }) => {
        const market = i32.and(i32.shrUnsigned(i32.load8(get(at), address), i32.const(bit)), ONE);
        if (condition.account.length === 0) return when(i32.eq(get(number), i32.const(index)), give(market));
        const part = accountPart(parts, scope, condition, get(at), STORED_MARKS, isWild);
        const result = select(i32.const(2), i32.and(market, part.isTrue), get(isWild));
        const judge = sequence(set(isWild, i32.eqz(areTame())), part.statements, give(result));
        return when(i32.eq(get(number), i32.const(index)), judge);
      }),
    );
    return sequence(...cases, give(ZERO));
  });
}
