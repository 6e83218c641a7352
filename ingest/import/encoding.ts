import { createHash } from 'node:crypto';
import type { Encoding, Failure, Upload } from './unit.ts';

/** First bytes of files that people upload in the belief that they are CSV. */
const MAGIC: { bytes: number[]; what: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'an Excel workbook (xlsx) or another zip archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an Excel workbook (xls)' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' },
];
const BOMS: { bytes: number[]; encoding: Encoding }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];
const startsWith = (head: Buffer, bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);

/** More NUL bytes than this, and more than one in a thousand, is no text. */
const FEW_NULS = 8;
/**
 * A file in which more than one in a hundred of the characters beyond ASCII cannot be decoded is in another encoding.
 */
const UNDECODABLE = 0.01;

function strictUtf8(): { push(chunk: Buffer): void; holds(): boolean } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let valid = true;
  let chinese = false;
  return {
    push: (chunk) => {
      if (!valid) return;
      try {
        const text = decoder.decode(chunk, { stream: true });
        chinese ||= /[\u0800-\uffff]/.test(text);
      } catch {
        valid = false;
      }
    },
    holds: () => {
      try {
        if (valid) decoder.decode();
      } catch {
        // Cut off inside its last character. With whole Chinese characters before that, it is UTF-8 all the same.
        valid = chinese;
      }
      return valid;
    },
  };
}

function countNuls(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) count++;
  return count;
}

export type Inspection = { fileHash: string; size: number; head: Buffer; nuls: number; utf8: boolean };

/** Looks at the raw bytes as they come by: SHA-256, NUL bytes, and whether the whole is valid UTF-8. */
export function inspector(): { push(chunk: Buffer): void; end(): Inspection } {
  const hash = createHash('sha256');
  const utf8 = strictUtf8();
  let head = Buffer.alloc(0);
  let size = 0;
  let nuls = 0;
  return {
    push: (chunk) => {
      hash.update(chunk);
      utf8.push(chunk);
      if (head.length < 4) head = Buffer.concat([head, chunk.subarray(0, 4)]);
      size += chunk.length;
      nuls += countNuls(chunk);
    },
    end: () => ({ fileHash: hash.digest('hex').slice(0, 16), size, head, nuls, utf8: utf8.holds() }),
  };
}

/** NUL and lone surrogates become U+FFFD, as in every text we take. A BOM is taken off. */
export async function* decode(blocks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const block of blocks) yield decoder.decode(block, { stream: true }).replaceAll('\0', '\ufffd');
  yield decoder.decode();
}

async function isGb18030(blocks: AsyncIterable<Buffer>): Promise<boolean> {
  let beyondAscii = 0;
  let undecodable = 0;
  for await (const text of decode(blocks, 'gb18030')) {
    beyondAscii += text.match(/[^\0-\x7f]/gu)?.length ?? 0;
    undecodable += text.match(/\ufffd/g)?.length ?? 0;
  }
  return undecodable <= beyondAscii * UNDECODABLE;
}

/**
 * The encoding of a file: byte order mark, else UTF-8 if every byte of it is, else gb18030, the superset of GBK and GB
 * 2312. Exact, since it is asked after the last byte: Chinese in the last row decides as well as in the first.
 */
export async function encodingOf(seen: Inspection, blocks: () => AsyncIterable<Buffer>): Promise<Encoding | Failure> {
  if (seen.size === 0) return { reason: 'unreadable', detail: 'the file is empty' };
  const magic = MAGIC.find(({ bytes }) => startsWith(seen.head, bytes));
  if (magic) return { reason: 'unreadable', detail: `the file is ${magic.what}; save it as CSV and upload that` };
  const bom = BOMS.find(({ bytes }) => startsWith(seen.head, bytes));
  if (bom) return bom.encoding;
  if (seen.nuls > Math.max(FEW_NULS, seen.size / 1000)) {
    return {
      reason: 'encoding_unknown',
      detail: 'the file has NUL bytes: it is binary, or UTF-16 without a byte order mark',
    };
  }
  if (seen.utf8) return 'utf-8';
  if (await isGb18030(blocks())) return 'gb18030';
  return {
    reason: 'encoding_unknown',
    detail: 'the file is neither UTF-8 nor UTF-16 with a byte order mark nor GB 18030',
  };
}

/** Reads a file once, from its first byte to its last, for its hash and its encoding. */
export async function inspect(upload: Upload): Promise<{ fileHash: string; encoding: Encoding | Failure }> {
  const look = inspector();
  for await (const chunk of upload.read()) look.push(chunk);
  const seen = look.end();
  return { fileHash: seen.fileHash, encoding: await encodingOf(seen, upload.read) };
}
