/** All messages of the checker. */
import { MODELS } from "./models.ts";
import { NAMES } from "./names.ts";
import { TESTS } from "./tests.ts";
import { TIME } from "./time.ts";
import { TRADING } from "./trading.ts";
import { VALUES } from "./values.ts";

export const MESSAGES = { ...NAMES, ...TIME, ...VALUES, ...TRADING, ...MODELS, ...TESTS };
