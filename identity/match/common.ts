import { CODES, type Field } from './fields.ts';
import { codeOf, partEnd, type Records, valueEnd } from './records.ts';
import { type Tally, tallyOf } from './tally.ts';

/**
 * How common the values of a field are, by octaves of their share: two people called 张伟 say little, two called
 * 欧阳思远 much (term frequency, Winkler 1988).
 */
export type Common = {
  /** Octave of each record's value, for each code of the kind. */
  octaves: readonly Uint8Array[];
  /** Mean share of the values in each octave, for each code; 0 where the octave is empty. */
  shares: readonly Float64Array[];
  /** Probability that two records drawn at random agree, for each code. */
  agree: readonly number[];
};

export const OCTAVES = 24;
/** A value seen once among few records is rarer than it looks there: so many more are thought of. */
const UNSEEN = 300;

/** The code of a value: whole, or one of its parts. Names: surname and given name, written and as they sound. */
function codeAt(field: Field, code: number, bytes: Uint8Array, from: number, to: number): number {
  if (field.kind === 'place') return codeOf(bytes, from, code === 0 ? to : partEnd(bytes, from, to));
  if (field.kind !== 'surname' && field.kind !== 'given') return codeOf(bytes, from, to);
  let start = from;
  for (let skip = code * 2 + (field.kind === 'given' ? 1 : 0); skip > 0; skip--) start = partEnd(bytes, start, to) + 1;
  return start > to ? 0 : codeOf(bytes, start, partEnd(bytes, start, to));
}

function codesOf({ count, slots, bytes, starts }: Records, field: Field, code: number): Uint32Array {
  const codes = new Uint32Array(count);
  for (let record = 0; record < count; record++) {
    const from = starts[record * slots + field.slot] ?? 0;
    const to = valueEnd(bytes, from, starts[record * slots + field.slot + 1] ?? 0);
    codes[record] = from === to ? 0 : codeAt(field, code, bytes, from, to);
  }
  return codes;
}

/** Values among which a share is counted: a word of a name is as common as it is in either place. */
function tallied(records: Records, field: Field, code: number, codes: Uint32Array): Tally {
  const twin = field.kind === 'surname' ? 'given' : field.kind === 'given' ? 'surname' : null;
  return twin === null ? tallyOf(codes) : tallyOf(codes, codesOf(records, { ...field, kind: twin }, code));
}

export function commonness(records: Records, field: Field): Common {
  const octaves: Uint8Array[] = [];
  const shares: Float64Array[] = [];
  const agree: number[] = [];
  for (let code = 0; code < CODES[field.kind]; code++) {
    const codes = codesOf(records, field, code);
    const tally = tallied(records, field, code, codes);
    // Every hand reads them.
    const mine = new Uint8Array(new SharedArrayBuffer(codes.length));
    const [sum, squares] = [new Float64Array(OCTAVES), new Float64Array(OCTAVES)];
    let known = 0;
    for (let record = 0; record < codes.length; record++) if (codes[record] !== 0) known += 1;
    for (let record = 0; record < codes.length; record++) {
      const value = codes[record] ?? 0;
      if (value === 0) continue;
      // Of a value that stands in a pair, one belongs to the pair itself.
      const others = Math.max(1, tally.count(value) - 1);
      const share = others / (known + UNSEEN / others ** 2);
      const octave = Math.min(OCTAVES - 1, Math.floor(-Math.log2(share)));
      mine[record] = octave;
      sum[octave] = (sum[octave] ?? 0) + 1;
      squares[octave] = (squares[octave] ?? 0) + share;
    }
    octaves.push(mine);
    shares.push(squares.map((square, octave) => square / Math.max(1, sum[octave] ?? 0)));
    agree.push(squares.reduce((total, square) => total + square, 0) / Math.max(1, known));
  }
  return { octaves, shares, agree };
}
