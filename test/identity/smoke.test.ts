import { expect, it } from 'vitest';
import { day, openHouse, DAY, START } from './house.ts';

const mobile = (value: string, verified = false) => ({ kind: 'mobile', value, verified });
const card = (value: string) => ({ kind: 'member_card', scope: 'b', value });
const openid = (value: string) => ({ kind: 'wechat_openid', scope: 'wx1', value });
const unionid = (value: string) => ({ kind: 'wechat_unionid', scope: 'p', value });

it('runs', async () => {
  const house = await openHouse();
  const r1 = await house.send([
    { identifiers: [openid('oA'), unionid('uA')], type: 'follow', time: day(0) },
    { identifiers: [card('001'), mobile('13900001234')], type: 'member_joined', traits: { name: '陈思远', gender: 'male' }, time: day(1) },
    { identifiers: [card('001'), {kind:'receipt', scope:'b', value:'BJ1:77'}], type: 'order_completed', order: { id: '77', currency: 'CNY', total: '99.00' }, time: day(2) },
  ]);
  console.log(r1);
  const r2 = await house.send([{ identifiers: [openid('oA'), mobile('139 0000 1234', true)], type: 'identified', time: day(3) }]);
  console.log(r2, JSON.stringify(await house.view(r2[0] ?? ''), null, 1));
  console.log(await house.view(r1[0] ?? ''), (await house.view(r1[1] ?? ''))?.id);
  const r3 = await house.send([
    { type: 'order_refunded', order: { id: 'r1', original_id: '77', currency: 'CNY', total: '9.00' }, time: day(4) },
    { type: 'order_completed', identifiers: [{kind:'device', value: 'd1'}], time: day(4) },
    { type: 'view', identifiers: [{kind:'device', value: 'd1'}, openid('oA')], time: day(4) },
  ]);
  console.log(r3);
  // conflict
  const r4 = await house.send([
    { type: 'member_joined', identifiers: [card('002'), mobile('13900001234')], traits: { name: '李雷' }, time: day(5) },
  ]);
  console.log(r4, JSON.stringify(await house.view(r4[0] ?? ''), null, 1));
  console.log(await house.store.range('k', { limit: 10 }));
  for (const {member,value} of await house.store.range('k', { limit: 10 })) console.log((await house.store.read(['k:'+value]))[0]?.text);
  for (const id of [...r1, ...r4]) console.log(id, (await house.store.range('h:' + id, { limit: 10 })).map((x) => x.value));
  console.log("CH", (await house.store.range("changes", { limit: 100 })).map((x) => x.value));
  await house.decide(await house.linkOf('d1', r1[0] ?? '', r4[0] ?? ''));
  console.log('after link', (await house.view(r4[0] ?? ''))?.id, JSON.stringify(await house.view(r1[0] ?? '')));
  await house.decide({ what: 'undo', id: 'u1', of: 'd1', actor: 'clerk', reason: 'wrong' });
  console.log('after undo', (await house.view(r4[0] ?? ''))?.id, JSON.stringify(await house.view(r1[0] ?? '')));
  for (const {member,value} of await house.store.range('k', { limit: 10 })) console.log((await house.store.read(['k:'+value]))[0]?.text);
  for (const id of [...r1, ...r4]) console.log(id, (await house.store.range('h:' + id, { limit: 10 })).map((x) => x.value));
  await house.close();
  expect(1).toBe(1);
});
