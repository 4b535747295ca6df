/** Colours of a scale from bad over neutral to good, readable with red-green blindness: orange, grey, blue. */
const LOW = [178, 88, 6] as const;
const MIDDLE = [247, 247, 247] as const;
const HIGH = [5, 80, 160] as const;

/** The colour of `value` between `low` and `high`; what is 0 is in the middle where the range holds it. */
export function scaleColour(value: number, low: number, high: number): string {
  const middle = low < 0 && high > 0 ? 0 : (low + high) / 2;
  const reach = Math.max(high - middle, middle - low);
  const share = reach === 0 ? 0 : Math.max(-1, Math.min(1, (value - middle) / reach));
  const end = share < 0 ? LOW : HIGH;
  const part = Math.abs(share);
  const mixed = MIDDLE.map((from, index) => Math.round(from + ((end[index] ?? from) - from) * part));
  return `rgb(${mixed.join(",")})`;
}
