/** The engine's version: counts up whenever the same inputs may give other records. It is part of a run's identity (semantics 9). */
export const ENGINE_VERSION = "1";
