import { mkdtempSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSpool, SpoolDamaged, writeSpool } from '../../../ingest/import/spool.ts';
import type { Upload } from '../../../ingest/import/unit.ts';
import { makeRing, newRing } from '../../../schemas/ring.ts';
import { chunks } from './files.ts';

const freshDir = (): string => mkdtempSync(join(tmpdir(), 'huaxiang-spool-'));
const BODY = Buffer.alloc(1024 * 1024 + 12_345, '门店,13900001234\n');

async function contents(upload: Upload | null): Promise<Buffer> {
  const got: Buffer[] = [];
  if (upload) for await (const block of upload.read()) got.push(block);
  return Buffer.concat(got);
}

it('gives a body back byte for byte, as often as asked, also to a later process', async () => {
  const dir = freshDir();
  const file = newRing();
  for (const [name, size] of [['large', BODY.length] as const, ['small', 1_000] as const, ['none', 0] as const]) {
    const body = BODY.subarray(0, size);
    const spool = await writeSpool(dir, name, makeRing(file));
    for await (const chunk of chunks(body, 100_001)) await spool.append(chunk);
    expect(await spool.end()).toBe(size);
    const upload = await openSpool(dir, name, size, makeRing(file));
    for (let reading = 0; reading < 2; reading++) expect((await contents(upload)).equals(body)).toBe(true);
  }
});

it('keeps nothing in clear', async () => {
  const dir = freshDir();
  const spool = await writeSpool(dir, 'one', makeRing(newRing()));
  await spool.append(BODY);
  await spool.end();
  const kept = readFileSync(join(dir, 'one'));
  for (const part of ['13900001234', '门店']) expect(kept.includes(part)).toBe(false);
});

it('leaves no file of an upload that broke off', async () => {
  const dir = freshDir();
  const spool = await writeSpool(dir, 'one', makeRing(newRing()));
  await spool.append(BODY);
  await spool.discard();
  expect(readdirSync(dir)).toEqual([]);
});

it('says when the file is gone, cut, or sealed by another ring', async () => {
  const dir = freshDir();
  const ring = makeRing(newRing());
  expect(await openSpool(dir, 'none', 9, ring)).toBeNull();
  const spool = await writeSpool(dir, 'one', ring);
  await spool.append(BODY);
  await spool.end();
  await expect(contents(await openSpool(dir, 'one', BODY.length, makeRing(newRing())))).rejects.toThrow();
  truncateSync(join(dir, 'one'), 500_000);
  await expect(contents(await openSpool(dir, 'one', BODY.length, ring))).rejects.toThrow(SpoolDamaged);
});
