/**
 * Text with places where lines may break, laid out to a width: a group stands on one line if it fits, else all its places break.
 * After C. Lindig, "Strictly pretty" (2000).
 */

export type Layout =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "concat"; readonly parts: readonly Layout[]; readonly breaks: boolean }
  /** `flat` where the group around it stands on one line, else a new line. */
  | { readonly kind: "line"; readonly flat: string }
  | { readonly kind: "group"; readonly body: Layout; readonly breaks: boolean }
  | { readonly kind: "indent"; readonly body: Layout; readonly breaks: boolean }
  /** A comment: it takes the rest of its line, so every group around it is broken. */
  | { readonly kind: "comment"; readonly text: string };

/** What layouts are made from: a string stands for itself. */
export type Part = Layout | string;

const WIDTH = 100;
const INDENT = 2;

/** A break, or one space. */
export const line: Layout = { kind: "line", flat: " " };
/** A break, or nothing. */
export const softLine: Layout = { kind: "line", flat: "" };
/** A break, or two spaces: between the clauses of a block. */
export const wideLine: Layout = { kind: "line", flat: "  " };

function layoutOf(part: Part): Layout {
  return typeof part === "string" ? { kind: "text", text: part } : part;
}

function breaks(layout: Layout): boolean {
  switch (layout.kind) {
    case "text":
    case "line":
      return false;
    case "comment":
      return true;
    case "concat":
    case "group":
    case "indent":
      return layout.breaks;
  }
}

export function concat(...parts: readonly Part[]): Layout {
  const layouts = parts.map(layoutOf);
  return { kind: "concat", parts: layouts, breaks: layouts.some(breaks) };
}

export function separated(parts: readonly Part[], separator: Part): Layout {
  return concat(...parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));
}

/** `broken` breaks the group whatever its width. */
export function group(body: Part, broken = false): Layout {
  const layout = layoutOf(body);
  return { kind: "group", body: layout, breaks: broken || breaks(layout) };
}

export function indent(body: Part): Layout {
  const layout = layoutOf(body);
  return { kind: "indent", body: layout, breaks: breaks(layout) };
}

export function comment(text: string): Layout {
  return { kind: "comment", text };
}

interface Task {
  readonly layout: Layout;
  readonly indent: number;
  readonly flat: boolean;
}

/** Whether `layout` fits on `width` cells; stops as soon as it is known. */
function fits(layout: Layout, width: number): boolean {
  const pending = [layout];
  let room = width;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "text") room -= next.text.length;
    else if (next.kind === "line") room -= next.flat.length;
    else if (next.kind === "concat") pending.push(...next.parts.toReversed());
    else if (next.kind !== "comment") pending.push(next.body);
    if (room < 0) return false;
  }
  return true;
}

/** The text of a layout, without space at the ends of its lines. */
export function laidOut(layout: Layout, width = WIDTH): string {
  const pending: Task[] = [{ layout, indent: 0, flat: false }];
  let text = "";
  let column = 0;
  const write = (piece: string) => {
    text += piece;
    column += piece.length;
  };
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    const { layout, indent, flat } = task;
    switch (layout.kind) {
      case "text":
      case "comment":
        write(layout.text);
        break;
      case "concat":
        for (const part of layout.parts.toReversed()) pending.push({ layout: part, indent, flat });
        break;
      case "indent":
        pending.push({ layout: layout.body, indent: indent + INDENT, flat });
        break;
      case "group":
        pending.push({ layout: layout.body, indent, flat: flat || (!layout.breaks && fits(layout.body, width - column)) });
        break;
      case "line":
        if (flat) write(layout.flat);
        else {
          text = `${text.trimEnd()}\n${" ".repeat(indent)}`;
          column = indent;
        }
        break;
    }
  }
  return text;
}
