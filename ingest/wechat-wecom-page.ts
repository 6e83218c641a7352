import type { ChannelPage } from './channel.ts';
import { BASE_URL_HELP, OPEN_PLATFORM_HELP, UNIONID_WORTH } from './wechat-mp-page.ts';

/** What the connector of WeCom says about itself. */
type Names = 'corpid' | 'token' | 'encodingAESKey' | 'openPlatform' | 'contactSecret' | 'baseUrl' | 'maxAge';

export const WECOM_PAGE: ChannelPage<Record<Names, unknown>> = {
  title: { zh: '企业微信', en: 'WeCom' },
  about: {
    zh:
      '企业微信的客户联系：客户添加或删除员工、员工删除或修改客户。推送里只有 external_userid；填了 contactSecret 之后，' +
      '添加和修改会再去取客户详情：UnionID（企业已绑定开放平台或小程序时才有）、微信昵称、员工备注的手机号与标签。',
    en:
      'Customer contact of WeCom: customers who add or remove a member of staff, and staff who remove or edit a ' +
      'customer. A push bears the external_userid alone; with contactSecret WeCom is asked after each addition and ' +
      'edit for the contact: the UnionID (where the corporation is bound to a developer account), the WeChat ' +
      'nickname, mobiles noted by staff and tags.',
  },
  steps: {
    zh: [
      '管理后台“我的企业 → 企业信息”最下方抄下企业 ID，填入 corpid。',
      '“客户与上下游 → 客户联系 → API → 接收事件服务器”：URL 填 https://你的域名/v1/channels/wecom/数据源名，' +
        '随机生成 Token 与 EncodingAESKey。先把三项存入本数据源再点保存：企业微信会当场校验地址。',
      '同一页的 Secret 填入 contactSecret，并把本服务的出口 IP 加进该应用的“企业可信 IP”。',
      '让一位员工添加一个外部微信：/v1/fates 里应多一条 accepted；填了 contactSecret 时随后还有一条 contact。',
    ],
    en: [
      'In the admin console copy the corporation’s id from 我的企业 → 企业信息 into corpid.',
      'Under 客户与上下游 → 客户联系 → API → 接收事件服务器 set the URL to ' +
        'https://your-domain/v1/channels/wecom/your-source and have Token and EncodingAESKey made. Save all three in ' +
        'this source before you save there: WeCom checks the address at once.',
      'Put the Secret of that page into contactSecret, and add the address that this service calls from to the ' +
        '企业可信 IP (trusted addresses).',
      'Have a member of staff add a contact: /v1/fates counts one more accepted, and with contactSecret a contact.',
    ],
  },
  help: {
    corpid: { zh: '企业 ID：external_userid 的作用域。', en: 'The corporation’s id: the scope of external_userid.' },
    token: { zh: '接收事件服务器的 Token，验证签名用。', en: 'The Token of the event server, which signs.' },
    encodingAESKey: {
      zh: '接收事件服务器的 EncodingAESKey，43 个字符；推送一律加密。',
      en: 'The EncodingAESKey of the event server, 43 characters; every push is encrypted.',
    },
    openPlatform: OPEN_PLATFORM_HELP,
    contactSecret: {
      zh: '客户联系的 Secret；填了才会取客户详情。',
      en: 'The Secret of customer contact; only with it contacts are asked for.',
    },
    baseUrl: BASE_URL_HELP,
    maxAge: {
      zh: 'timestamp 之后多少秒拒收；不填则不限。',
      en: 'Seconds after which a timestamp is too old; without it there is no limit.',
    },
  },
  tells: [
    { sent: 'add_external_contact, add_half_external_contact', becomes: 'follow' },
    { sent: 'del_follow_user (the customer removed the member of staff)', becomes: 'unfollow' },
    {
      sent: 'del_external_contact (staff removed the customer), edit_external_contact, transfer_fail, …',
      becomes: 'custom:wecom.del_external_contact, …',
    },
    { sent: 'answer of externalcontact/get, asked after an addition or edit', becomes: 'custom:wecom.contact' },
    {
      sent: 'answer of idconvert/unionid_to_external_userid, asked for by name alone: no push is cause to ask it',
      becomes: 'custom:wecom.contact; nothing for a pending id, which names no contact yet',
    },
    { sent: 'events about staff, groups and tags', becomes: 'nothing: about no customer' },
  ],
  joins: [
    {
      ...{ kind: 'wecom_external_userid', scope: 'corpid', from: 'ExternalUserID; external_contact.external_userid' },
      worth: {
        zh: '一个企业内一位客户一个，区分大小写，可靠；换企业或服务商就是另一个。',
        en: 'One per customer of a corporation, case-sensitive, reliable; each corporation has another one.',
      },
    },
    { ...{ kind: 'wechat_unionid', scope: 'openPlatform', from: 'external_contact.unionid' }, worth: UNIONID_WORTH },
    {
      ...{ kind: 'remark_mobile', scope: '', from: 'follow_user[].remark_mobiles' },
      worth: {
        zh: '员工手工备注的号码：只作线索，不据此合并人。',
        en: 'Typed by staff: a pointer that never makes two customers one.',
      },
    },
  ],
};
