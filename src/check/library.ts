/** The standard library: which modules there are. Their texts are stdlib/*.strat, "std.trend" being stdlib/trend.strat. */

export const STANDARD_MODULES: readonly string[] = ["std.price", "std.trend", "std.momentum", "std.volatility", "std.volume", "std.events"];
