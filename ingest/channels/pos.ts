import { defineChannel, type MapContext, type Outcome } from '../channel.ts';
import { drop } from '../door.ts';
import { billOutcomes } from '../import/bill.ts';
import { type Line, readLine } from '../import/line.ts';
import { memberOutcomes } from '../import/member.ts';
import { readImport } from '../import/read.ts';
import { receiptOutcomes } from '../import/receipt.ts';
import { posMeta, posSettings } from '../import/settings.ts';
import { IMPORT_KINDS, isRefusal, linesBody, type Refusal, refusedBody } from '../import/unit.ts';
import { POS_PAGE } from '../pos-page.ts';

const dropped = ({ fate, reason, detail }: Refusal): Outcome[] => drop(fate, reason, detail);

/**
 * One unit of a file (see ImportUnit) to its events. A refused row comes out as the drop it was when the file was read,
 * unless it can be read by now. `meta.brand` is the scope of cards and receipts.
 */
function mapUnit(body: unknown, { received, channel, source, meta: given }: MapContext): Outcome[] {
  const meta = posMeta.parse(given);
  if (meta.kind === 'refused') return dropped(refusedBody.parse(body));
  const { lines } = linesBody.parse(body);
  if (meta.kind === 'members' || meta.kind === 'bill') {
    const context = { received, channel, source, meta };
    const read = meta.kind === 'members' ? memberOutcomes : billOutcomes;
    return lines.flatMap((record) => {
      const outcomes = read(record, context);
      return isRefusal(outcomes) ? dropped(outcomes) : outcomes;
    });
  }
  const read: Line[] = [];
  const drops: Outcome[] = [];
  for (const record of lines) {
    const line = readLine(record, meta);
    if (isRefusal(line)) drops.push(...dropped(line));
    else read.push(line);
  }
  return [...receiptOutcomes(read, { channel, source, meta }), ...drops];
}

const importKind = (kind: string) => IMPORT_KINDS.find((one) => one === kind) ?? 'auto';

/**
 * Files of a shop's tills: receipts, refunds, member cards, bills. They come by import (readImport), never by webhook.
 */
export const pos = defineChannel({
  name: 'pos',
  ...POS_PAGE,
  settings: posSettings,
  secrets: [],
  files: {
    kinds: IMPORT_KINDS,
    read: (upload, { kind, settings }) => readImport(upload, { settings, kind: importKind(kind) }),
  },
  read: ({ body }) => JSON.parse(body),
  fields: {
    'lines[].f.*': ['string', 'a cell of a known column'],
    'lines[].o': ['list', 'properties: the cells of all other columns'],
    '*': 'any',
  },
  map: mapUnit,
});
