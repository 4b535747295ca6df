/** Shipped files with one token changed: what a slip of the hand makes of them. */
import { globSync, readFileSync } from "node:fs";
import { prng } from "../../src/values/prng.ts";

interface Token {
  readonly start: number;
  readonly end: number;
}

export interface Mutant {
  readonly seed: number;
  readonly path: string;
  readonly kind: string;
  readonly source: string;
  /** What was changed with the gaps around it, in the mutant: a slip shows at the token or where it meets its neighbours. */
  readonly from: number;
  readonly to: number;
}

const TOKEN = /\/\/[^\n]*|"[^"\n]*"|\d[\d_.]*(?:%|[a-z]+)?|[A-Za-z_]\w*|\?\?|\.\.|[<>=!]=|[^\s\w]/g;

const files = globSync(["strategies/*.strat", "stdlib/*.strat"])
  .sort()
  .map((path) => ({ path, text: readFileSync(path, "utf8") }));

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(TOKEN)]
    .filter(([image]) => !image.startsWith("//"))
    .map(({ 0: image, index }) => ({ start: index, end: index + image.length }));
}

type Change = (image: string, random: ReturnType<typeof prng>, other: string) => string;

const CHANGES: Readonly<Record<string, Change>> = {
  removed: () => "",
  doubled: (image) => `${image} ${image}`,
  exchanged: (_, __, other) => other,
  inserted: (image, _, other) => `${image} ${other}`,
  letter: (image, random) => {
    const at = random.below(image.length);
    return image.slice(0, at) + image.slice(at + 1);
  },
  swapped: (image, random) => {
    const at = random.below(Math.max(1, image.length - 1));
    return image.slice(0, at) + (image[at + 1] ?? "") + (image[at] ?? "") + image.slice(at + 2);
  },
};

/** The mutant of `seed`; it differs from its file. */
export function mutant(seed: number): Mutant {
  const random = prng(seed);
  const { path, text } = files[random.below(files.length)]!;
  const tokens = tokensOf(text);
  const imageOf = ({ start, end }: Token) => text.slice(start, end);
  for (;;) {
    const index = random.below(tokens.length);
    const token = tokens[index]!;
    const kind = Object.keys(CHANGES)[random.below(6)]!;
    const image = imageOf(token);
    const changed = CHANGES[kind]!(image, random, imageOf(tokens[random.below(tokens.length)]!));
    if (changed === image) continue;
    const source = text.slice(0, token.start) + changed + text.slice(token.end);
    const from = tokens[index - 1]?.end ?? 0;
    const to = (tokens[index + 1]?.start ?? text.length) + changed.length - image.length;
    return { seed, path, kind, source, from, to };
  }
}
