/** What orders may take of a row's volume (semantics 5.5): so much of it for all of them together. */
import type { Simulation } from "../graph/nodes.ts";
import { quantityOf } from "../values/border.ts";
import { lots, type Quantity, type Scale } from "../values/quantity.ts";
import type { Bar } from "./bar.ts";

export interface VolumeRoom {
  /** What is left of a row for the orders that are still to fill on it; infinite without a cap, nothing where there is no row: a last close alone. */
  left(bar: Bar): number;
  take(quantity: Quantity): void;
}

/** The room on the rows of one symbol, of which only the last one asked for is remembered. */
export function volumeRoom({ volumeCap }: Simulation, scale: Scale): VolumeRoom {
  if (volumeCap === null) return { left: () => Number.POSITIVE_INFINITY, take: () => undefined };
  const share = Number(volumeCap);
  let place = -1;
  let room = lots(0);
  return {
    left: ({ place: asked, index, columns: { volume } }) => {
      if (volume === undefined) return 0;
      if (asked !== place) {
        place = asked;
        room = quantityOf((volume[index] ?? 0) * share, scale);
      }
      return room;
    },
    take: (quantity) => {
      room = lots(room - quantity);
    },
  };
}
