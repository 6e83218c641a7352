/** Spellings that keyboards, spreadsheets and copy-and-paste leave in a value, and how to take them off again. */

const FULL_WIDTH = /[\uff01-\uff5e\u3000\u00a0]/g;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/** Full-width ASCII and the wide and the hard blank to their plain forms. */
export function foldWidth(text: string): string {
  return text.replace(FULL_WIDTH, (c) => {
    const code = c.charCodeAt(0);
    return code >= 0xff01 ? String.fromCharCode(code - 0xfee0) : ' ';
  });
}

/** Outer blanks off, and what has no width at all: marks of order, joiners, the BOM. */
export function tidy(text: string): string {
  return text.replace(INVISIBLE, '').trim();
}

/**
 * A cell that was kept from being read as a number: a leading tab, apostrophe or backtick, `="…"`, quotes all around.
 * Width is folded; leading zeros stay.
 */
export function tidyCell(text: string): string {
  const bare = tidy(foldWidth(text));
  const formula = /^="(.*)"$/.exec(bare)?.[1];
  const unquoted = formula ?? /^"(.*)"$/.exec(bare)?.[1] ?? bare;
  return tidy(unquoted.replace(/^['`‘’]+/, '').replace(/['‘’]$/, ''));
}
