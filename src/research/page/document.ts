/** A page that needs nothing but itself: HTML with inline styles and SVG, no script, nothing fetched. */

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;max-width:72rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{max-width:52rem}
.faint{color:#667}.verdict{border-left:.35rem solid #667;padding:.5rem 1rem;background:#f5f6f8;max-width:52rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #e4e6ea}th{font-weight:600}td:first-child,th:first-child{text-align:left}
svg{max-width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:#1b1f24}
@media (prefers-color-scheme:dark){body{background:#14171b;color:#e3e6ea}svg text{fill:#e3e6ea}.verdict{background:#1e2329}td,th{border-color:#333a42}}
`;

/** What a page shows, in order. */
export type Part =
  | { readonly kind: "heading" | "text" | "note" | "verdict"; readonly text: string }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  /** Written by this folder's own functions, with its texts escaped. */
  | { readonly kind: "drawing"; readonly svg: string };

export function pageText(title: string, parts: readonly Part[]): string {
  const body = parts.map(partText).join("\n");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`;
}

function partText(part: Part): string {
  switch (part.kind) {
    case "heading":
      return `<h2>${escaped(part.text)}</h2>`;
    case "text":
      return `<p>${escaped(part.text)}</p>`;
    case "note":
      return `<p class="faint">${escaped(part.text)}</p>`;
    case "verdict":
      return `<p class="verdict">${escaped(part.text)}</p>`;
    case "table": {
      const row = (cells: readonly string[], tag: "th" | "td"): string =>
        `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
      return `<table>${row(part.head, "th")}${part.rows.map((cells) => row(cells, "td")).join("")}</table>`;
    }
    case "drawing":
      return part.svg;
  }
}

/** Text as HTML and SVG take it. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** At most `decimals` decimals, without zeros at the end. */
export function short(value: number, decimals = 3): string {
  return Number(value.toFixed(decimals)).toString();
}

/** Columns to the right, two spaces between. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
}
