/** The names of a journal's files. Those of segments carry the sequence number of their first entry, those of snapshots of the last entry in them. */

const DIGITS = 12;

export interface NumberedFile {
  readonly name: string;
  readonly sequence: number;
}

export function segmentName(first: number): string {
  return `${String(first).padStart(DIGITS, "0")}.journal`;
}

export function snapshotName(last: number): string {
  return `${String(last).padStart(DIGITS, "0")}.snapshot`;
}

/** The segments among these names, by first entry. */
export function segmentsAmong(names: readonly string[]): readonly NumberedFile[] {
  return numbered(names, /^(\d{12})\.journal$/);
}

/** The snapshots among these names, the newest first. */
export function snapshotsAmong(names: readonly string[]): readonly NumberedFile[] {
  return numbered(names, /^(\d{12})\.snapshot$/).toReversed();
}

function numbered(names: readonly string[], pattern: RegExp): readonly NumberedFile[] {
  return names
    .flatMap((name) => {
      const digits = pattern.exec(name)?.[1];
      return digits === undefined ? [] : [{ name, sequence: Number(digits) }];
    })
    .toSorted((one, other) => one.sequence - other.sequence);
}
