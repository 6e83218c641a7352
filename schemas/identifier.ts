/** The kinds of identifiers and what each may do. The table is the preset `retail-cn` of the contract, §2. */
export type KindRole = 'joining' | 'attaching' | 'evidence';
export type KindRule = {
  label: string;
  scope: 'none' | 'required' | 'optional';
  role: KindRole;
  /** One value per customer and scope: two values never end up in one customer by evidence alone. */
  one?: boolean;
  /** A way to reach a person that several people may share; its unions are subject to names and tenures. */
  contact?: boolean;
  /** Over so many distinct partners of a kind (see CAPPED_NAMES) the value is hot and joins nobody. */
  cap?: { kind: string; over: number }[];
};

/** In the place of a partner's kind in a cap: names said with the value that all contradict each other. */
export const CAPPED_NAMES = 'name';

/**
 * What is a person's own has few names, cards and numbers. Over these it is a clerk's account, or the card that a till
 * falls back on. Ten is the cap of one vendor for what one person may bear of a kind (Jiguang One ID).
 */
const OWN_CAPS = [
  { kind: CAPPED_NAMES, over: 5 },
  { kind: 'member_card', over: 8 },
  { kind: 'mobile', over: 10 },
];

const joining = (label: string, scope: KindRule['scope'] = 'required', more: Partial<KindRule> = {}): KindRule => ({
  label,
  scope,
  role: 'joining',
  ...(more.contact ? {} : { cap: OWN_CAPS }),
  ...more,
});
const attaching = (label: string, scope: KindRule['scope'] = 'optional'): KindRule => ({
  label,
  scope,
  role: 'attaching',
});

/** Order matters: the first kinds are the more specific ones when an event's owner is chosen. */
export const KINDS: ReadonlyMap<string, KindRule> = new Map([
  ['wechat_unionid', joining('微信 UnionID / WeChat UnionID', 'required', { one: true })],
  ['wechat_openid', joining('微信 OpenID / WeChat OpenID', 'required', { one: true })],
  ['wecom_external_userid', joining('企业微信外部联系人 / WeCom contact', 'required', { one: true })],
  ['user_id', joining('自有账号 / own account', 'optional')],
  ['member_card', joining('会员卡 / member card')],
  ['youzan_open_id', joining('有赞账号 / Youzan account')],
  ['taobao_ouid', joining('淘宝店铺用户 / Taobao shop user')],
  ['taobao_omid', joining('淘宝品牌用户 / Taobao brand user')],
  ['taobao_buyer_open_uid', joining('淘宝买家 / Taobao buyer')],
  ['jd_open_id', joining('京东账号 / JD account')],
  ['pdd_buyer', joining('拼多多买家 / PDD buyer')],
  ['doudian_open_id', joining('抖店账号 / Doudian account')],
  ['shopify_customer', joining('Shopify 顾客 / Shopify customer')],
  ['woo_customer', joining('WooCommerce 顾客 / WooCommerce customer')],
  ['weibo_uid', joining('微博 UID / Weibo uid', 'none')],
  ['cipher', joining('平台密文 / platform ciphertext', 'required', { contact: true })],
  [
    'mobile',
    joining('手机号 / mobile', 'none', {
      contact: true,
      cap: [
        { kind: 'wechat_unionid', over: 5 },
        { kind: 'member_card', over: 8 },
      ],
    }),
  ],
  ['hashed_mobile', joining('手机号哈希 / hashed mobile', 'required', { contact: true })],
  ['email', joining('邮箱 / e-mail', 'none', { contact: true, cap: [{ kind: '*', over: 3 }] })],
  ['landline', attaching('座机 / landline', 'none')],
  ['device', attaching('设备 / device')],
  ['cookie', attaching('Cookie')],
  ['order', attaching('订单 / order', 'required')],
  ['receipt', attaching('小票 / receipt', 'required')],
  ['payment_id', attaching('支付单 / payment', 'required')],
  ['remark_mobile', attaching('员工备注手机 / number noted by staff', 'optional')],
  ['masked_mobile', { label: '脱敏手机号 / masked mobile', scope: 'none', role: 'evidence' }],
  ['virtual_mobile', { label: '虚拟号 / virtual number', scope: 'none', role: 'evidence' }],
]);

/** Position in the table: smaller is more specific. The data engineer's own kinds stand before the contact kinds. */
const RANK = new Map([...KINDS.keys()].map((kind, at): [string, number] => [kind, at]));
const OWN_RANK = (RANK.get('cipher') ?? 0) - 0.5;
export const kindRank = (kind: string): number => RANK.get(kind) ?? OWN_RANK;

const OWN_KIND = joining('自定义 / own kind', 'optional');

/** The rule of a kind, `x_<name>` included; undefined for a kind nobody declared. */
export function kindRule(kind: string): KindRule | undefined {
  return KINDS.get(kind) ?? (/^x_[a-z0-9_]{1,40}$/.test(kind) ? OWN_KIND : undefined);
}

/** How sure it is that the value belongs to the person of the event. Greater is surer. */
export const STRENGTH = { typed: 1, derived: 2, registered: 3, verified: 4 } as const;
export type StrengthName = keyof typeof STRENGTH;
const STRENGTH_NAMES: StrengthName[] = ['typed', 'derived', 'registered', 'verified'];
export const strengthName = (strength: number): StrengthName => STRENGTH_NAMES[strength - 1] ?? 'typed';

/** One normalised identifier of an event. `node` is its keyed hash; `strength` a value of STRENGTH. */
export type Identifier = {
  kind: string;
  scope: string | null;
  value: string;
  verified: boolean;
  role: KindRole;
  node: string;
  strength: number;
};

/** An identifier as callers write it and as answers show it. */
export type IdentifierRef = { kind: string; scope?: string | null; value: string };
