/** Where something stands in a source text. */

/** A half-open range of UTF-16 offsets in one source. `source` is the name the text was given to the compiler under. */
export interface Span {
  readonly source: string;
  readonly start: number;
  readonly end: number;
}
