/** Where a journal goes. Frames arrive whole and in order; a sink keeps the bytes as they come. */
export interface JournalSink {
  /** Takes one frame (journal/frame.ts); the bytes may be reused by the caller afterwards. */
  append(frame: Uint8Array): void;
  /** Resolves when everything appended is durable; nothing is appended after. Rejects where the medium failed. */
  close(): Promise<void>;
}
