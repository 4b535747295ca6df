/** The time of a simulated Alpaca: it may go faster than this machine's, stand still or jump, so it is asked for again and again. */
import { performance } from "node:perf_hooks";
import type { Answer } from "../../market/outside.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { clockOf, type MachineClock } from "../system/clock.ts";
import { checked, instantOf, objectOf, shape, TIME } from "./border.ts";

const ASK_MILLISECONDS = 50;
/** Of a timer. */
const LOOK_MILLISECONDS = 10;
const ANSWER_MILLISECONDS_MAX = 5_000;

interface Told {
  readonly now: string;
  readonly speed: number;
}

const TOLD = shape<Told>("the simulator's time", objectOf({ now: TIME, speed: { type: "number" } }));

/** Shows the simulator's time until it is ended; it never goes back. */
export async function rehearsalClock(url: string): Promise<Answer<MachineClock>> {
  const first = await ask(url);
  if (!first.ok) return first;
  let told = { ...first.value, at: performance.now() };
  let shown = Number.NEGATIVE_INFINITY;
  const clock = clockOf((): Instant => {
    shown = Math.max(shown, instantOf(told.now) + Math.round((performance.now() - told.at) * 1_000 * told.speed));
    return instant(shown);
  }, LOOK_MILLISECONDS);
  let isAsking = false;
  const asking = setInterval(async () => {
    if (isAsking) return;
    isAsking = true;
    const answer = await ask(url);
    // One that is gone for a moment goes on as it went.
    if (answer.ok) told = { ...answer.value, at: performance.now() };
    isAsking = false;
  }, ASK_MILLISECONDS);
  return {
    ok: true,
    value: {
      ...clock,
      end: () => {
        clearInterval(asking);
        clock.end();
      },
    },
  };
}

async function ask(url: string): Promise<Answer<Told>> {
  try {
    const answer = await fetch(`${url}/simulator`, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS_MAX) });
    return checked(TOLD, await answer.json());
  } catch {
    const message = `${url} is no simulated Alpaca that answers`;
    return { ok: false, failure: { class: "retryable", code: "unreachable", message, retryAfter: null } };
  }
}
