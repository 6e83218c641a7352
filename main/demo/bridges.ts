import type { EventInput } from '../../schemas/event.ts';
import { CHEN, MINI_APPID, OPEN_PLATFORM, OUYANG } from './cast.ts';
import type { Stop } from './delivery.ts';
import type { Secrets } from './samples.ts';

/**
 * What only the brand's own systems know, sent as canonical events: where a person gave a mobile while logged in with
 * an account of a platform. Each is a bridge between what the platforms keep apart.
 */
export function bridgeStops({ wechatMp, youzan }: Secrets): Stop[] {
  return [
    stop('wechat-miniprogram', 'main', '小程序授权手机号', 'mini-programme: WeChat verifies a mobile', [
      phoneExchange('2026-03-02T11:08:20+08:00', CHEN, { scope: MINI_APPID, value: CHEN.miniOpenid }),
      phoneExchange('2026-03-02T11:40:00+08:00', OUYANG, { scope: wechatMp.appid, value: OUYANG.mpOpenid }),
    ]),
    stop('campaign', 'spring-2026', '春季活动绑定表单', 'campaign form: Weibo login and mobile', [campaignForm()]),
    stop('member-centre', 'web', '会员中心绑定有赞', 'member centre: Youzan login and mobile', [
      memberCentre(youzan.client_id),
      noCalls(),
    ]),
  ];
}

function stop(
  channel: string,
  source: string,
  zh: string,
  en: string,
  events: Omit<EventInput, 'channel' | 'source'>[],
): Stop {
  const named = events.map((event) => ({ channel, source, ...event }));
  return { channel, source, deliveries: [{ to: 'events', zh, en, events: named }] };
}

type Facts = Omit<EventInput, 'channel' | 'source'>;
const mobile = (verified: boolean) => ({ kind: 'mobile', value: CHEN.mobile, verified });

/** getuserphonenumber beside code2session: WeChat vouches for the mobile, the unionid spans a platform's apps. */
function phoneExchange(
  time: string,
  person: { unionid: string; mobile: string },
  openid: { scope: string; value: string },
): Facts {
  return {
    ...{ id: `phone:${time}`, time, type: 'identified' },
    identifiers: [
      { kind: 'wechat_unionid', scope: OPEN_PLATFORM, value: person.unionid },
      { kind: 'wechat_openid', ...openid },
      { kind: 'mobile', value: person.mobile, verified: true },
    ],
    properties: { scene: 'checkout' },
  };
}

/** He typed a short name and the city he was in: claims that others will outdo. */
const campaignForm = (): Facts => ({
  ...{ id: 'form-0017', time: '2026-03-02T11:20:00+08:00', type: 'form_submitted' },
  identifiers: [{ kind: 'weibo_uid', value: CHEN.weibo }, mobile(false)],
  traits: { name: '陈先生', nickname: '思远的下午茶', city: '天津市' },
  consent: { purpose: 'marketing', channel: 'sms', state: 'granted', evidence: 'checkbox of the spring form' },
  properties: { campaign: 'spring-2026' },
});

const memberCentre = (clientId: string): Facts => ({
  ...{ id: 'bind-0017', time: '2026-03-02T12:20:00+08:00', type: 'identified' },
  identifiers: [{ kind: 'youzan_open_id', scope: clientId, value: CHEN.youzan }, mobile(true)],
  traits: { name: CHEN.name, province: '北京市', city: '北京市', district: '朝阳区', address: '朝阳门外大街1号' },
});

const noCalls = (): Facts => ({
  ...{ id: 'consent-0017', time: '2026-03-02T12:21:00+08:00', type: 'consent_changed' },
  identifiers: [mobile(true)],
  consent: { purpose: 'marketing', channel: 'call', state: 'withdrawn', evidence: 'member centre, settings' },
});
