import type { Delivery, Stop } from './delivery.ts';
import { posted, type Told } from './posted.ts';
import { queryOf, type Secrets, sample } from './samples.ts';
import { sealedForWecom } from './sign.ts';

/** What else the platforms push to the doors: payments, contacts of the staff, and two more shops. */
export async function doorStops(secrets: Secrets): Promise<Stop[]> {
  return [
    { channel: 'wechat-pay', source: 'main', deliveries: await posted('wechat-pay', PAYMENTS) },
    { channel: 'wecom', source: 'main', deliveries: await wecom(secrets) },
    { channel: 'woocommerce', source: 'nanjing', deliveries: await posted('woocommerce', WOO) },
    { channel: 'doudian', source: 'live', deliveries: await posted('doudian', DOUDIAN) },
  ];
}

const PAYMENTS: Told[] = [
  ['transaction-success', '支付成功：只知 OpenID', 'a payment: names an OpenID alone'],
  ['refund-success', '退款成功：不含付款人', 'a refund: names the payment alone'],
];

const WOO: Told[] = [
  ['order.created', '王建国下单，寄给刘芳', '王建国 orders, the parcel is for 刘芳'],
  ['order.updated-refunded', '整单退款', 'refunded altogether'],
];

const DOUDIAN: Told[] = [
  ['push-trade-paid', '订单已付款：推送不含买家', 'an order is paid: the push names no buyer'],
  ['push-batch-two', '一次推送两条消息', 'two messages in one push'],
  ['push-test', '平台的测试消息', 'a test by the platform'],
];

const CONTACTS: Told[] = [
  ['event-edit_external_contact', '导购改备注', 'the clerk edits the remark'],
  ['event-del_follow_user', '欧阳雨晴删除导购', '欧阳雨晴 removes the clerk'],
  ['event-del_external_contact', '导购删除李婉儀', 'the clerk removes 李婉儀'],
];

async function wecom(secrets: Secrets): Promise<Delivery[]> {
  const added: Delivery = {
    ...{ to: 'door', zh: '加导购为联系人', en: 'adds a shop’s clerk as a contact' },
    query: await queryOf('wecom/encrypted-add_external_contact.query.json'),
    body: await sample('wecom/encrypted-add_external_contact.xml'),
  };
  const sealed = CONTACTS.map(
    async ([file, zh, en]): Promise<Delivery> => ({
      ...{ to: 'door', zh, en },
      ...sealedForWecom(String(await sample(`wecom/${file}.xml`)), secrets.wecom),
    }),
  );
  return [added, ...(await Promise.all(sealed))];
}
