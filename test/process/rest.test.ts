import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BEARER, type Server, startServer } from './server.ts';

/** CONTRACT §5 At rest: a byte search of the whole data directory, raw log included. */
const SECRETS = {
  mobile: '13900007654',
  email: 'si.yuan@example.cn',
  name: '陈思远测',
  card: '8800099990001',
  openid: 'oR0lNbXEEi7QKolr8BvqQ_Q58ZZZ',
  uid: '5600000000999',
  address: '朝阳门外大街九百九十九号',
  remark: '给我妈妈的生日礼物不要写价格谢谢',
};

async function* files(directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield path;
  }
}

/** A value as it might stand in a file: as it is, in other encodings of text, and as one would write bytes in text. */
function spellings(value: string): Buffer[] {
  const utf8 = Buffer.from(value);
  const base64 = utf8.toString('base64').replace(/=+$/, '');
  return [
    utf8,
    Buffer.from(value, 'utf16le'),
    Buffer.from(utf8.toString('hex')),
    Buffer.from(base64.slice(0, -2)),
    Buffer.from(encodeURIComponent(value)),
    Buffer.from(
      JSON.stringify(value)
        .slice(1, -1)
        .replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ),
  ];
}

const { mobile, email, name, card, openid, uid, address, remark } = SECRETS;
const base = { channel: 'web', source: 'shop', time: '2026-03-01T00:00:00Z' };
const events = [
  {
    ...base,
    id: `${openid}:1772420400:follow`,
    type: 'follow',
    identifiers: [{ kind: 'wechat_openid', scope: 'wx1', value: openid }],
  },
  {
    ...base,
    id: card,
    type: 'member_updated',
    identifiers: [
      { kind: 'member_card', scope: 'b', value: card },
      { kind: 'mobile', value: mobile },
    ],
    traits: { name, email, address, birthday: '1990-06-18' },
  },
  {
    ...base,
    id: 'o1',
    type: 'order_paid',
    identifiers: [
      { kind: 'mobile', value: mobile },
      { kind: 'email', value: email },
    ],
    order: {
      id: `order-${mobile}`,
      currency: 'CNY',
      total: '10.00',
      items: [{ sku: 'a', quantity: '1', price: '10' }],
    },
    properties: {
      remark,
      receiver: name,
      contact: mobile,
      shipped_to: `${name} ${mobile}`,
      [mobile]: 'x',
      color: 'red',
    },
  },
  {
    ...base,
    id: 'u1',
    type: 'message',
    identifiers: [{ kind: 'weibo_uid', value: uid }],
    properties: { text: `请打 ${mobile}` },
  },
  {
    ...base,
    id: 'bad',
    type: 'message',
    time: 'no time',
    identifiers: [{ kind: 'mobile', value: mobile }],
    traits: { name },
  },
];

/** Everything a directory is filled by: events, a source, a file with a bad row. Gives the customer. */
async function fill(server: Server): Promise<string> {
  const taken = await server.post('/v1/events?wait=queryable', JSON.stringify({ events }));
  expect(taken.status).toBe(200);
  const put = await fetch(`${server.url}/v1/sources/pos/beijing`, {
    method: 'PUT',
    headers: BEARER,
    body: JSON.stringify({ settings: { brand: 'b' } }),
  });
  expect(put.status).toBe(200);
  const csv = [
    '小票号,门店编码,销售日期,会员卡号,会员手机,会员姓名,商品名称,数量,金额',
    `R1,BJ1,2026/3/1 9:05,${card},${mobile},${name},T恤,1,99.00`,
    `,,,,${mobile},${name},,,`,
  ].join('\n');
  const imported = await fetch(`${server.url}/v1/imports/pos/beijing?kind=sales`, {
    method: 'POST',
    headers: { authorization: BEARER.authorization },
    body: csv,
  });
  expect(imported.status).toBe(200);
  const held = await (await server.get(`/v1/customers?kind=mobile&value=${mobile}`)).text();
  const { id }: { id: string } = JSON.parse(held);
  await server.post('/v1/events?wait=queryable', '{"events":[]}');
  return id;
}

it('no clear personal data stands anywhere in the data directory', { timeout: 120_000 }, async () => {
  const server = await startServer();
  const id = await fill(server);
  // What is to be found is found: the search itself can fail.
  const view = await (await server.get(`/v1/customers/${id}`)).text();
  expect(view).toContain(mobile);
  let looked = 0;
  const found: string[] = [];
  await server.kill();
  for await (const path of files(server.data)) {
    const bytes = await readFile(path);
    looked += bytes.length;
    for (const [what, value] of Object.entries(SECRETS)) {
      if (spellings(value).some((spelling) => bytes.includes(spelling)))
        found.push(`${what} in ${path.slice(server.data.length)}`);
    }
  }
  expect(looked).toBeGreaterThan(10_000);
  expect(found).toEqual([]);
});
