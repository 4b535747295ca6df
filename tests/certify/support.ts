/** What the certificate's tests share: a compiled strategy as `stratc compile` writes it, and what is found wrong with it. */
import { type Certificate, certify } from "../../src/certify/certificate.ts";
import { manifestOf, moduleFiles } from "../../src/cli/manifest.ts";
import { graphToJson } from "../../src/graph/json.ts";
import type { Graph } from "../../src/graph/nodes.ts";

export interface Artifacts {
  readonly graph: string;
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly manifest: string;
}

export function artifactsOf(graph: Graph): Artifacts {
  const modules = moduleFiles(graph);
  const manifest = JSON.stringify(manifestOf(graph, modules));
  return { graph: graphToJson(graph), modules: new Map(modules.map(({ file, bytes }) => [file, bytes])), manifest };
}

/** "gate: …" for each finding, and "gate: not examined". */
export function findingsOf({ verdicts }: Certificate): readonly string[] {
  return verdicts.flatMap(({ promise, holds, findings }) =>
    holds === null ? [`${promise}: not examined`] : findings.map(({ text }) => `${promise}: ${text}`),
  );
}

/** The findings for a graph's JSON alone. */
export function findingsIn(graph: unknown): readonly string[] {
  return findingsOf(certify({ graph: JSON.stringify(graph), modules: new Map(), manifest: null }));
}
