/** Waits for what comes from elsewhere. */

const PATIENCE = 5_000;

/** Resolves when `holds` does; fails with `what` when it does not within five seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
