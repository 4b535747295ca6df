/**
 * Alpaca's Python client, which nobody here wrote, works against the simulator unchanged. It is skipped without a Python that has it:
 *
 *     python3 -m venv /tmp/alpaca && /tmp/alpaca/bin/pip install alpaca-py==0.44.0
 *     STRATC_CLIENT_PYTHON=/tmp/alpaca/bin/python npx vitest run tests/alpaca
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";

const python = process.env.STRATC_CLIENT_PYTHON;

for (const compress of [false, true]) {
  it.skipIf(python === undefined)(
    `alpaca-py trades and listens${compress ? ", compressed" : ""} (set STRATC_CLIENT_PYTHON to a Python that has it)`,
    async () => {
      const simulator = await testSimulator({ market: [minutesOf("AAPL", 100), minutesOf("BTC/USD", 40_000)], compress });
      try {
        const script = resolve(import.meta.dirname, "alpaca_py.py");
        const { stdout } = await promisify(execFile)(python ?? "", [script, simulator.url, KEYS.keyId, KEYS.secret]);
        expect(JSON.parse(stdout)).toEqual({ events: ["canceled", "fill", "new", "replaced"], bars: 3 });
      } finally {
        await simulator.close();
      }
    },
    60_000,
  );
}
