/**
 * When a run's state is kept in its journal, so that recovery need not begin at the first entry: at the ends of sessions, where nothing waits for the
 * run, and in between where a session has many entries.
 */
import type { Answer } from "../../market/outside.ts";
import type { LiveJournal, LiveSnapshot } from "./journal.ts";
import type { LiveRun } from "./live-run.ts";

/** So many entries are consumed again in less than a second. */
const ENTRIES_MAX = 20_000;
/** A session of fewer is not worth a snapshot. */
const SESSION_ENTRIES_MIN = 500;

export interface Snapshots {
  /** Called between two inputs. */
  consider(): void;
  /** Resolves when nothing is being kept any more; of a run that will go on the state as it is was. */
  end(goesOn: boolean): Promise<void>;
}

/** `after` is the entry that the last snapshot stands for, 0 where there is none. */
export function snapshots(run: LiveRun, journal: LiveJournal, after: number): Snapshots {
  const { keep } = journal;
  if (keep === null) return { consider: () => undefined, end: async () => undefined };
  let kept = after;
  let sessions = sessionsOf(run);
  let writing: Promise<Answer<null>> | null = null;
  const begin = (): Promise<Answer<null>> => {
    const snapshot: LiveSnapshot = { sequence: journal.appended(), state: run.save() };
    kept = snapshot.sequence;
    return keep(snapshot).finally(() => {
      writing = null;
    });
  };
  return {
    consider: () => {
      const entries = journal.appended() - kept;
      if (writing !== null || entries < SESSION_ENTRIES_MIN) return;
      const ended = sessionsOf(run);
      if (entries >= ENTRIES_MAX || ended > sessions) writing = begin();
      sessions = ended;
    },
    end: async (goesOn) => {
      await writing;
      if (goesOn) await begin();
    },
  };
}

/** How many have ended for the strategies together. */
function sessionsOf({ strategies }: LiveRun): number {
  return strategies.reduce((sum, { walk }) => sum + walk.sessionTime.length, 0);
}
