/** JSON with `…` for what is left out, and whether a value is of its shape: the same names, values of the same types. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const LEFT_OUT = "…";

/** The values of `text`, one after another; what is left out stands there as "…". */
export function sketches(text: string): readonly Json[] {
  const open: string[] = [];
  let before = "";
  const whole = text.replaceAll(/"(?:[^"\\]|\\.)*"|[^\s"]/g, (token) => {
    const isValue = before === ":";
    before = token;
    if (token === "{" || token === "[") open.push(token);
    if (token === "}" || token === "]") open.pop();
    if (token !== LEFT_OUT) return token;
    return open.at(-1) === "{" && !isValue ? `"${LEFT_OUT}": 0` : `"${LEFT_OUT}"`;
  });
  return whole
    .split(/\n(?=\{)/)
    .filter((value) => value.trim() !== "")
    .map((value) => JSON.parse(value));
}

/** Where `value` is not of the shape of `sketch`, as paths; none where it is. */
export function differences(sketch: Json, value: Json, path = "$"): readonly string[] {
  if (sketch === null || value === null || sketch === LEFT_OUT) return [];
  if (Array.isArray(sketch)) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return sketch.flatMap((item, index) => {
      if (item === LEFT_OUT) return [];
      const found = value.map((one) => differences(item, one, `${path}[${index}]`));
      return found.some((list) => list.length === 0) ? [] : (found[0] ?? [`${path} is empty`]);
    });
  }
  if (typeof sketch !== "object") return typeof value === typeof sketch ? [] : [`${path} is ${typeof value}`];
  if (typeof value !== "object" || Array.isArray(value)) return [`${path} is no object`];
  const [named, there] = [sketch as Readonly<Record<string, Json>>, value as Readonly<Record<string, Json>>];
  const more = LEFT_OUT in named ? [] : Object.keys(there).filter((name) => !(name in named));
  const missing = Object.keys(named).filter((name) => name !== LEFT_OUT && !(name in there));
  return [
    ...more.map((name) => `${path}.${name} is not in the document`),
    ...missing.map((name) => `${path}.${name} is not there`),
    ...Object.keys(named).flatMap((name) =>
      name in there ? differences(named[name] ?? null, there[name] ?? null, `${path}.${name}`) : [],
    ),
  ];
}
