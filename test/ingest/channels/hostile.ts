import { readdirSync, readFileSync } from 'node:fs';

/** Bodies that no platform ought to send, by their sin: small ones as files, great ones made here. */
const HOME = new URL('../../fixtures/hostile/', import.meta.url);
const MANY = 10_001;

const made: Record<string, () => Buffer> = {
  'huge-string.json': () => Buffer.from(JSON.stringify({ id: 'x'.repeat(900_000), type: 'text' })),
  'huge-string.xml': () => Buffer.from(`<xml><FromUserName>${'x'.repeat(900_000)}</FromUserName></xml>`),
  'many-keys.json': () =>
    Buffer.from(JSON.stringify(Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`k${at}`, at])))),
  'many-messages.json': () => Buffer.from(JSON.stringify(Array.from({ length: MANY }, (_, at) => ({ id: at })))),
  'long-number.json': () => Buffer.from(`{"id":${'9'.repeat(20_000)}}`),
};

export const HOSTILE: Readonly<Record<string, () => Buffer>> = {
  ...Object.fromEntries(
    readdirSync(HOME)
      .sort()
      .map((name) => [name, () => readFileSync(new URL(name, HOME))]),
  ),
  ...made,
};
