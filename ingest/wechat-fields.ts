import { all, type FieldTable, type FieldType } from './fields.ts';

/**
 * Every field of an official account: what it is pushed (XML, where each value is text, or JSON), and what it is
 * answered. `CreateTime` is text, so that a message without a time is told as malformed and not as changed.
 */
type Entry = FieldType | readonly [FieldType, string];

const each = (type: Entry, names: string): FieldTable => all(type, ...names.split(/\s+/).filter(Boolean));

/** A list, or its one element alone, with the fields of an element. */
export function manyOf(path: string, fields: FieldTable): FieldTable {
  const under = Object.entries(fields).flatMap(([name, type]) => [
    [`${path}.${name}`, type] as const,
    [`${path}[].${name}`, type] as const,
  ]);
  return { [path]: 'list|map', ...Object.fromEntries(under) };
}
const property = (name: string): Entry => ['text', `properties.${name}`];

const TEMPLATE: FieldTable = {
  TemplateId: ['text', 'consent.purpose, properties.template_id'],
  SubscribeStatusString: ['text', 'consent.state, properties.subscribe_status'],
  PopupScene: property('popup_scene'),
  ...each('text', 'MsgID ErrorCode ErrorStatus'),
};
const TEMPLATES: FieldTable = Object.assign(
  {},
  ...['SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent', 'SubscribeMsgSentEvent'].map((holder) => ({
    [holder]: 'map|text',
    ...manyOf(`${holder}.List`, TEMPLATE),
  })),
  manyOf('List', TEMPLATE),
);

const MESSAGES: FieldTable = {
  ToUserName: 'text',
  FromUserName: ['text', 'wechat_openid, part of the id'],
  CreateTime: ['text', 'time, part of the id'],
  MsgType: ['text', 'type, properties.msg_type'],
  Event: ['text', 'type, properties.event, part of the id'],
  EventKey: ['text', 'properties.scene, properties.event_key; payment_id after last_trade_no_'],
  MsgId: ['text', 'the id of a message'],
  Content: ['text', 'properties.text'],
  Encrypt: 'text',
  ...each('text', 'MsgID MsgDataId Idx bizmsgmenuid Ticket MenuId Status AgentID'),
  ...each('text', 'PicUrl MediaId MediaId16K Format Recognition ThumbMediaId ThumbUrl Title Description Url AppId'),
  ...each(
    'text',
    'PagePath FileKey FileMd5 FileTotalLen MusicUrl HQMusicUrl Location_X Location_Y Scale Label Poiname',
  ),
  ...each(['text', 'properties, encrypted'], 'Latitude Longitude Precision'),
  ...each('any', 'ScanCodeInfo SendPicsInfo SendLocationInfo CopyrightCheckResult ArticleUrlResult PublishEventInfo'),
  ...each('any', 'ChosenBeacon AroundBeacons MassSendResult'),
  ...each('text', 'TotalCount FilterCount SentCount ErrorCount KfAccount FromKfAccount ToKfAccount CloseType'),
  ...each('text', 'ExpiredTime FailTime FailReason SuccTime Reason ScreenShot UniqId PoiId Result Msg msg'),
  ...each('text', 'ConnectTime ExpireTime VendorId PlaceId ShopId DeviceNo'),
};

const CARDS: FieldTable = {
  UserCardCode: ['text', 'member_card'],
  CardId: ['text', 'scope of member_card, properties.card_id'],
  UnionId: ['text', 'wechat_unionid'],
  Fee: ['integer', 'properties.fee, in fen'],
  OriginalFee: ['integer', 'properties.original_fee, in fen'],
  ...each('text', 'IsGiveByFriend FriendUserName OldUserCardCode OuterId OuterStr IsRestoreMemberCard'),
  ...each('text', 'IsRecommendByFriend IsReturnBack IsChatRoom ConsumeSource StaffOpenId LocationId LocationName'),
  ...each('text', 'VerifyCode RemarkAmount TransId ModifyBonus ModifyBalance RefuseReason Detail'),
  ...each('text', 'OrderId CreateOrderTime PayFinishTime Desc FreeCoinCount PayCoinCount RefundFreeCoinCount'),
  ...each('text', 'RefundPayCoinCount OrderType Memo ReceiptInfo'),
};

const AUTHORISATIONS: FieldTable = {
  OpenID: ['text', 'wechat_openid of user_* events'],
  AppID: ['text', 'scope of wechat_openid of user_authorization_* events'],
  UnionID: ['text', 'wechat_unionid'],
  RevokeInfo: ['text', 'properties.revoke_info, consent.evidence'],
  ...each('text', 'PluginID OpenPID'),
};

const ANSWERS: FieldTable = {
  errcode: 'integer',
  errmsg: 'text',
  subscribe: 'integer',
  openid: ['text', 'wechat_openid'],
  unionid: ['text', 'wechat_unionid'],
  nickname: ['text', 'traits.nickname'],
  sex: ['text', 'traits.gender'],
  ...each(['text', 'properties.place'], 'country province city'),
  headimgurl: 'text',
  subscribe_time: 'integer',
  groupid: ['integer', 'properties.groupid'],
  tagid_list: ['list', 'properties.tagid_list'],
  'tagid_list[]': 'integer',
  privilege: 'any',
  ...Object.fromEntries(
    ['language', 'remark', 'subscribe_scene', 'qr_scene', 'qr_scene_str', 'membership_number'].map((name) => [
      name,
      property(name),
    ]),
  ),
  bonus: ['number|text', 'properties.bonus'],
  balance: ['number|text', 'properties.balance'],
  user_card_status: property('user_card_status'),
  has_active: ['flag', 'properties.has_active'],
  user_info: 'map',
  ...manyOf('user_info.common_field_list', {
    name: 'text',
    value: ['text', 'mobile, email, traits.name, traits.birthday, traits.gender, properties.form, by the name'],
    value_list: 'list|text',
  }),
  ...manyOf('user_info.custom_field_list', {
    name: 'text',
    value: ['text', 'properties.form'],
    value_list: 'list|text',
  }),
  openids: ['list', 'asked for: changeopenid; rows of a file'],
  'openids[]': 'text',
  ...manyOf('result_list', {
    ori_openid: ['text', 'wechat_openid of the account that moved'],
    new_openid: ['text', 'wechat_openid'],
    err_msg: 'text',
  }),
};

export const MP_FIELDS: FieldTable = { ...MESSAGES, ...TEMPLATES, ...CARDS, ...AUTHORISATIONS, ...ANSWERS };
