/**
 * The disk port: the few calls on the files of one folder that a journal makes. Each rejects with the system's error; what an error means for
 * the journal is told in problem.ts.
 */

export interface DiskFile {
  /** Appends all of the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written is durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** The folder, as people name it. */
  readonly folder: string;
  /** Names of the files in the folder; none where it does not exist. */
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Uint8Array>;
  /** Bytes of a file. */
  size(name: string): Promise<number>;
  /** A new file. Rejects where one of that name exists. */
  create(name: string): Promise<DiskFile>;
  /** A file as it is, to append to. */
  open(name: string): Promise<DiskFile>;
  /** Cuts a file to `length` bytes, durably. */
  truncate(name: string, length: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Resolves when the folder's list of names is durable. */
  syncFolder(): Promise<void>;
}
