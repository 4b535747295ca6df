/** Nominal widths that are no fixed time: one tick a session (`DAY`, in calendars.ts), an ISO week or a month. */
import { DAY } from "./calendars.ts";

export const WEEK = 7 * DAY;
export const MONTH = 30 * DAY;
