import type { EventInput } from '../../schemas/event.ts';
import { CHEN } from './cast.ts';
import type { Delivery, Stop } from './delivery.ts';
import type { Told } from './posted.ts';
import { type Secrets, sample } from './samples.ts';
import { signedByBackEnd } from './sign.ts';
import { MADE_UP } from './sources.ts';

/**
 * Where a person gave a mobile while logged in with an account of a platform: the mini-programme's login, which WeChat
 * vouches for, and two forms of the brand's own, sent as canonical events. Each is a bridge between what the platforms
 * keep apart.
 */
export async function bridgeStops({ youzan }: Secrets): Promise<Stop[]> {
  return [
    { channel: 'wechat-miniprogram', source: 'main', deliveries: await logins() },
    stop('campaign', 'spring-2026', '春季活动绑定表单', 'campaign form: Weibo login and mobile', [campaignForm()]),
    stop('member-centre', 'web', '会员中心绑定有赞', 'member centre: Youzan login and mobile', [
      memberCentre(youzan.client_id),
      noCalls(),
    ]),
  ];
}

/** One back end sends the codes, which WeChat is asked about; the other time it has asked WeChat itself. */
const LOGINS: Told[] = [
  ['login-codes', '登录码、手机号码：问微信', 'codes of a login: WeChat is asked'],
  ['login-ouyang', '欧阳雨晴：后台已换好', '欧阳雨晴: exchanged by the back end'],
];

const logins = (): Promise<Delivery[]> =>
  Promise.all(
    LOGINS.map(
      async ([file, zh, en]): Promise<Delivery> => ({
        ...{ to: 'door', zh, en },
        ...signedByBackEnd(await sample(`wechat-miniprogram/${file}.body.json`), MADE_UP),
      }),
    ),
  );

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
