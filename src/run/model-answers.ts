/** What models of the host answer is an input of a backtest (semantics 15.5): kept in its journal, and read from there when it is run again. */
import type { ModelQuestion, ModelRunner } from "../graph/model-runner.ts";
import type { Graph } from "../graph/nodes.ts";
import { modelAt } from "../graph/traverse.ts";
import { crc32c } from "../journal/checksum.ts";
import type { JournalEntry } from "../journal/segment.ts";
import type { RunJournal } from "./journal.ts";

/** What a model answered to one question. */
interface ModelEntry {
  readonly event: "model";
  readonly model: string;
  /** CRC-32C of the inputs' bytes. */
  readonly asked: number;
  /** By row; null where there was no answer. */
  readonly answers: readonly (number | null)[];
}

/** Decimal digits that tell any two float32 apart. */
const DIGITS = 9;

/** Appends what `models` answer to the journal before the run is given it. */
export function keptAnswers(models: ModelRunner, graph: Graph, journal: RunJournal): ModelRunner {
  return {
    answers: async (question) => {
      const answers = await models.answers(question);
      journal.append(entryOf(question, answers, graph));
      await journal.whenRoom();
      return answers;
    },
  };
}

function entryOf({ model, inputs }: ModelQuestion, answers: Float32Array, graph: Graph): ModelEntry {
  const asked = crc32c(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength));
  const numbers = Array.from(answers, (answer) => (Number.isFinite(answer) ? Number(answer.toPrecision(DIGITS)) : null));
  return { event: "model", model: modelAt(graph, model).name, asked, answers: numbers };
}

/** Answers what the entries of a journal have, in their order; nothing where its next answer is to another question, by model or rows. */
export function answersIn(entries: AsyncIterable<JournalEntry>, graph: Graph): ModelRunner {
  const kept = modelEntries(entries);
  return {
    answers: async ({ model, rows }) => {
      const answers = new Float32Array(rows).fill(Number.NaN);
      const { value } = await kept.next();
      if (value?.model !== modelAt(graph, model).name || value.answers.length !== rows) return answers;
      for (const [row, answer] of value.answers.entries()) answers[row] = answer ?? Number.NaN;
      return answers;
    },
  };
}

async function* modelEntries(entries: AsyncIterable<JournalEntry>): AsyncGenerator<ModelEntry, undefined> {
  for await (const { entry } of entries) if (isModelEntry(entry)) yield entry;
}

function isModelEntry(entry: unknown): entry is ModelEntry {
  return typeof entry === "object" && entry !== null && "event" in entry && entry.event === "model";
}
