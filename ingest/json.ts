import { Problem } from '../schemas/errors.ts';

export const MAX_DEPTH = 64;
export const MAX_KEYS = 10_000;
const LONG_RUN = /\d{16}/;
/** A whole number token outside strings; only the long integers among them are touched. */
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;
const TRAILING_COMMA = /,(\s*[}\]])/g;

/** The position after the closing quote of the string that opens at `open`, or the end of the text. */
function stringEnd(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Rewrites what stands between the strings and leaves the strings alone. */
function outsideStrings(text: string, rewrite: (between: string) => string): string {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    if (open === -1) {
      out.push(rewrite(text.slice(at)));
      break;
    }
    const end = stringEnd(text, open);
    out.push(rewrite(text.slice(at, open)), text.slice(open, end));
    at = end;
  }
  return out.join('');
}

const quoteLong = (between: string): string =>
  between.replace(NUMBER, (number) =>
    LONG_INTEGER.test(number) && !Number.isSafeInteger(Number(number)) ? `"${number}"` : number,
  );

/** A comma before a closing bracket, where the bracket follows at once or after blanks: no string stands in between. */
const dropTrailing = (between: string): string => between.replace(TRAILING_COMMA, '$1');

/**
 * JSON in, values out; integers beyond 2^53 come as strings of their digits, all other numbers as numbers.
 * JSON.parse does the reading: it keeps `__proto__` a plain own key and does not recurse, however deep the nesting.
 * `trailingCommas`: a comma before a closing bracket is forgiven, as Weibo sends it. Throws SyntaxError.
 */
export function readJson(text: string, options: { trailingCommas?: boolean } = {}): unknown {
  const exact = LONG_RUN.test(text) ? outsideStrings(text, quoteLong) : text;
  if (!options.trailingCommas) return JSON.parse(exact);
  try {
    return JSON.parse(exact);
  } catch {
    return JSON.parse(outsideStrings(exact, dropTrailing));
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** As `stringEnd`, over bytes: no byte of a multi-byte UTF-8 character looks like a quote. */
function skipString(bytes: Buffer, open: number): number {
  for (let at = bytes.indexOf(QUOTE, open + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}

/**
 * Refuses JSON that would cost too much to walk: nested deeper than 64, or an object of more than 10,000 keys.
 * One scan over the bytes, before anything is parsed; whether it is JSON at all is not its concern.
 * Throws Problem `json_too_complex`.
 */
export function checkComplexity(json: string | Buffer): void {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  const keys = new Array<number>(MAX_DEPTH + 2).fill(0);
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = skipString(bytes, at);
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new Problem('json_too_complex', `nested deeper than ${MAX_DEPTH}`);
      keys[depth] = 0;
    } else if (byte === 0x7d || byte === 0x5d) depth = Math.max(0, depth - 1);
    else if (byte === 0x3a) {
      const count = (keys[depth] ?? 0) + 1;
      if (count > MAX_KEYS) throw new Problem('json_too_complex', `an object with more than ${MAX_KEYS} keys`);
      keys[depth] = count;
    }
  }
}
