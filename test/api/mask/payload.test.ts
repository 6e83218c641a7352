import { describe, expect, it } from 'vitest';
import { hidePayload } from '../../../api/mask-payload.ts';

const SECRETS = /13900001234|陈|思远|siyuan|example|8901/;

describe('raw payloads keep their structure alone', () => {
  it.each([
    ['{"phone":"13900001234","n":1,"ok":true,"x":null}', '{"phone":"***","n":***,"ok":true,"x":null}'],
    ['[{"a" : "陈\\"思远", "b":[13900001234,-1.5e3]}]', '[{"a" : "***", "b":[***,***]}]'],
    ['{"13900001234":"x","陈思远":1,"a_b.c-1":2}', '{"***":"***","***":***,"a_b.c-1":***}'],
    ['{"a":"13900001234', '{"a":"***'],
    ['{"a":13900001234,,陈思远', '{"a":***,,***'],
    ['{"true":true}', '{"true":true}'],
    ['<xml><Name a="陈思远">siyuan</Name><b/></xml>', '<xml><Name>***</Name><b/></xml>'],
    ['<xml><![CDATA[陈<思远>]]></xml>', '<xml><![CDATA[***]]></xml>'],
    ['<xml><![CDATA[陈思远', '<xml><![CDATA[***]]>'],
    ['<?xml version="1.0"?><!DOCTYPE 陈><a>8901<b', '<***><***><a>***<***>***'],
    ['<13900001234>x</13900001234>', '<***>***<***>'],
    ['陈思远,13900001234;siyuan@example.cn', '***,***;***'],
    ['name=陈思远&phone=13900001234', '***=***&***=***'],
    ['', ''],
  ])('%s', (clear, hidden) => {
    expect(hidePayload(clear)).toBe(hidden);
    expect(hidePayload(clear)).not.toMatch(SECRETS);
  });

  it('of hostile bodies too, in one pass', () => {
    const size = 1 << 20;
    for (const piece of ['[', '{"a":', '"', '<', '<a', '<![CDATA[', '\\"', '"" ', ' ', '&', 'ab', '陈']) {
      const body = `${piece.startsWith('<') ? '<x>' : '{'}${piece.repeat(size / piece.length)}陈思远13900001234`;
      expect(hidePayload(body)).not.toMatch(SECRETS);
    }
  });
});
