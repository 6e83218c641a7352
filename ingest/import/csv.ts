/** A record, or a place where there is none; `line` is the physical line on which it begins, 1-based. */
export type CsvRow = { line: number; cells: string[] } | { line: number; problem: string; text: string };

/** Characters after which a record that has not ended is given up. */
const LONGEST = 256 * 1024;
/** So much of a line that is no record is kept, in characters. */
const KEPT = 8 * 1024;

type Cut = { cells: string[]; end: number; breaks: number };
type Cutter = (text: string, from: number, last: boolean) => Cut | 'more' | { problem: string };

const UNCLOSED = 'a quote is opened and not closed where a field ends';
const breaksIn = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** The inside of quotes that begins at `from`, and the place behind the closing quote. */
function quoted(text: string, from: number, last: boolean): { value: string; end: number } | 'more' | null {
  let value = '';
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return last ? null : 'more';
    value += text.slice(at, quote);
    if (quote + 1 === text.length && !last) return 'more';
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

/**
 * Cuts one record (RFC 4180; line breaks CRLF, LF or CR) out of a text. A record over several lines that has not
 * `width` fields is taken for a stray quote: a quote must not swallow the rows behind it.
 */
function cutter(delimiter: string, width: number): Cutter {
  const plain = new RegExp(`[^${delimiter}\\r\\n]*`, 'y');
  const unquoted = (text: string, from: number): { value: string; end: number } => {
    plain.lastIndex = from;
    const value = plain.exec(text)?.[0] ?? '';
    return { value, end: from + value.length };
  };
  const ends = (text: string, at: number): boolean =>
    at === text.length || text[at] === delimiter || text[at] === '\n' || text[at] === '\r';

  return (text, from, last) => {
    const cells: string[] = [];
    let breaks = 0;
    for (let at = from; ; at++) {
      const formula = text.startsWith('="', at);
      let field = text[at] === '"' || formula ? quoted(text, at + (formula ? 2 : 1), last) : unquoted(text, at);
      if (field === 'more') return 'more';
      if (formula && (field === null || !ends(text, field.end))) field = unquoted(text, at);
      if (field === null || !ends(text, field.end)) return { problem: UNCLOSED };
      breaks += text[at] === '"' || formula ? breaksIn(field.value) : 0;
      cells.push(field.value);
      at = field.end;
      if (text[at] === delimiter && at < text.length) continue;
      const atEnd = at === text.length || (text[at] === '\r' && at + 1 === text.length);
      if (atEnd && !last) return 'more';
      if (breaks > 0 && width > 0 && cells.length !== width) return { problem: UNCLOSED };
      return { cells, breaks, end: at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1) };
    }
  };
}

/** Where the line that begins at `from` ends and the next begins; null where the text ends first. */
function lineEnd(text: string, from: number, last: boolean): { end: number; next: number } | null {
  const breaks = /\r\n|\r|\n/g;
  breaks.lastIndex = from;
  const found = breaks.exec(text);
  if (!found) return last ? { end: text.length, next: text.length } : null;
  if (found[0] === '\r' && found.index + 1 === text.length && !last) return null;
  return { end: found.index, next: found.index + found[0].length };
}

/**
 * The records of a CSV text, in batches as the text comes in. Every line is in a record or told as a problem; after a
 * problem reading goes on with the next physical line. Holds at most one record (256 Ki characters) beside the piece
 * just read.
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  delimiter: string,
  width: number,
): AsyncGenerator<CsvRow[]> {
  const cut = cutter(delimiter, width);
  let rest = '';
  let line = 1;
  /** Inside a line that was given up: its problem is told, its end not seen yet. */
  let skipping = false;

  const take = (last: boolean): CsvRow[] => {
    const rows: CsvRow[] = [];
    let at = 0;
    while (at < rest.length) {
      let got = skipping ? { problem: '' } : cut(rest, at, last);
      if (got === 'more' && rest.length - at <= LONGEST) break;
      if (got === 'more')
        got = { problem: `a row of more than ${LONGEST} characters, or a quote that is never closed` };
      if ('cells' in got) {
        rows.push({ line, cells: got.cells });
        line += got.breaks + 1;
        at = got.end;
        continue;
      }
      const end = lineEnd(rest, at, last);
      if (!end && rest.length - at <= LONGEST) break;
      if (!skipping) rows.push({ line, problem: got.problem, text: rest.slice(at, end?.end).slice(0, KEPT) });
      skipping = !end;
      line += end ? 1 : 0;
      // A CR at the very end stays: the next piece may begin with its LF.
      at = end?.next ?? rest.length - (rest.endsWith('\r') ? 1 : 0);
    }
    rest = rest.slice(at);
    return rows;
  };
  for await (const piece of text) {
    rest += piece;
    const rows = take(false);
    if (rows.length > 0) yield rows;
  }
  yield take(true);
}
