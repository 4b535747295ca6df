/** Whether work grows no faster than its text: judged by this thread's processor time, which other work on the machine does not change much. */
import { expect } from "vitest";

const ATTEMPTS = 5;
/** Work below this is lost in the collector's noise. */
const LEAST_SECONDS = 0.01;

function processorSeconds(work: () => void): number {
  const now = process.threadCpuUsage ?? process.cpuUsage;
  const before = now();
  work();
  const after = now();
  return (after.user + after.system - before.user - before.system) / 1e6;
}

/** Fails where eight times the size takes more than 24 times as long in every one of five attempts: linear is 8, quadratic 64. */
export function expectLinear(work: (text: string) => void, text: (size: number) => string, small: number): void {
  const [short, long] = [text(small), text(8 * small)];
  work(short);
  const ratios: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const base = processorSeconds(() => work(short));
    ratios.push(processorSeconds(() => work(long)) / Math.max(base, LEAST_SECONDS));
    if ((ratios.at(-1) ?? 0) < 24) return;
  }
  expect(Math.min(...ratios)).toBeLessThan(24);
}
