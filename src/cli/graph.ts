/** `stratc graph`: a strategy's execution graph for people, as text, DOT or SVG. */
import type { Picture } from "../backends/drawing/picture.ts";
import type { GraphParts } from "../compile.ts";
import type { Graph } from "../graph/nodes.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { usageFailure } from "./failure.ts";

type Format = "text" | "dot" | "svg";

interface GraphFlags extends CommonFlags {
  readonly file: string;
  readonly format: Format;
  readonly output?: string;
  readonly of?: string;
}

export const graphCommand: Command<GraphFlags> = {
  command: "graph <file>",
  describe: "Draw what a strategy computes, from the market to its orders",
  flags: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "Strategy file" })
      .options({
        format: { type: "string", choices: ["text", "dot", "svg"], default: "text", describe: "How to draw it" },
        output: { type: "string", alias: "o", requiresArg: true, describe: "File to write instead of standard output" },
        of: { type: "string", requiresArg: true, describe: "Only this value or rule, and what it reads" },
      })
      .example("$0 graph strategies/sma_cross.strat --format svg -o sma_cross.svg", "# a picture for a browser"),
  run: async ({ file, format, output, of, json }, terminal) => {
    const { compiledParts } = await import("./source.ts");
    const { writeWhole } = await import("./files.ts");
    const compiled = compiledParts(file, json, terminal);
    if (compiled === undefined) return 1;
    const picture = await pictureFor(compiled, file, of);
    if (output !== undefined) writeWhole(output, await drawn(picture, format));
    if (json) writeJson(terminal, pictureJson(compiled.graph, picture));
    else if (output === undefined) terminal.write(await drawn(picture, format));
    return 0;
  },
};

async function pictureFor({ graph, ranges }: GraphParts, file: string, name: string | undefined): Promise<Picture> {
  const { partOf, pictureOf } = await import("../backends/drawing/picture.ts");
  const { closest } = await import("../diagnostics/closest.ts");
  const { outlineOf } = await import("../language/outline.ts");
  const { fileAt } = await import("./source.ts");
  const picture = pictureOf(graph, outlineOf(fileAt(file)), ranges);
  const part = name === undefined ? picture : partOf(picture, name);
  if (part !== undefined) return part;
  const known = picture.boxes.flatMap(({ kind, title }) => (kind === "value" || kind === "rule" ? title.split(", ") : []));
  const near = closest(name ?? "", known);
  throw usageFailure(`${file} has no value or rule ${name}.`, near === undefined ? [] : [`Did you mean \`${near}\`?`]);
}

async function drawn(picture: Picture, format: Format): Promise<string> {
  switch (format) {
    case "text":
      return (await import("../backends/drawing/text.ts")).pictureText(picture);
    case "dot":
      return (await import("../backends/drawing/dot.ts")).pictureDot(picture);
    case "svg":
      return (await import("../backends/drawing/svg.ts")).pictureSvg(picture);
  }
}

function pictureJson({ strategy, clocks }: Graph, { boxes, arrows }: Picture) {
  return {
    ok: true,
    strategy,
    boxes: boxes.map(({ id, kind, title, lines, clock, isIdle, facts }) => ({
      id,
      kind,
      title,
      lines,
      clock: clock === null ? null : (clocks[clock]?.name ?? null),
      needed: !isIdle,
      facts:
        facts === null
          ? null
          : {
              unit: facts.unit,
              range: facts.range,
              warm_up_ticks: facts.warmup,
              settling_rows: facts.settling,
              state_bytes: facts.bytes,
              operations: facts.operations,
            },
    })),
    arrows: arrows.map(({ from, to, label, columns }) => ({ from, to, symbol: label === "" ? null : label, columns })),
  };
}
