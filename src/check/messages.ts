/** All messages of the checker. */
import { NAMES } from "./messages-names.ts";
import { TIME } from "./messages-time.ts";
import { TRADING } from "./messages-trading.ts";
import { VALUES } from "./messages-values.ts";

export const MESSAGES = { ...NAMES, ...TIME, ...VALUES, ...TRADING };
