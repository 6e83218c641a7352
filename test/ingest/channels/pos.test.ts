import { describe, expect, it } from 'vitest';
import { readImport } from '../../../ingest/import/read.ts';
import { channelOf, NOW } from './door.ts';

const request = (method: 'GET' | 'POST') => ({
  method,
  query: {},
  headers: {},
  body: Buffer.from('小票号,金额'),
  now: NOW,
});
const pos = channelOf('pos');

describe('pos', () => {
  it('has no door, whatever comes to it', () => {
    for (const method of ['GET', 'POST'] as const) {
      expect(pos.accept(request(method), { brand: 'b1' })).toMatchObject({
        ...{ verdict: 'refused', code: 'source_incomplete', detail: expect.stringContaining('/v1/imports/pos') },
      });
    }
  });

  it('fills in what its settings leave out', () => {
    expect(pos.settings.parse({ brand: 'b1', maxAge: 5 })).toMatchObject({
      ...{ brand: 'b1', timeZone: 'Asia/Shanghai', dayEndsAt: '00:00', receiptNumbers: 'unique' },
    });
  });

  it.each([
    {},
    { brand: '' },
    { brand: 'b1', timeZone: 'Mars/Base' },
    { brand: 'b1', dayEndsAt: '6' },
    { brand: 'b1', receiptNumbers: 'x' },
  ])('refuses the settings %j', async (settings) => {
    expect(pos.settings.safeParse(settings).success).toBe(false);
    const read = async function* () {
      yield Buffer.from('小票号,金额\n');
    };
    const units = readImport({ bytes: 17, read }, { kind: 'auto', settings });
    await expect(units.next()).rejects.toMatchObject({ code: 'source_incomplete' });
  });

  it('throws on an item that no import made, which the consumer takes for a fault of the connector', () => {
    expect(() => pos.map({ body: '{}', meta: {} }, { received: NOW, channel: 'pos', source: 'bj' })).toThrow();
  });
});
