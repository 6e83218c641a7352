import { describe, expect, it } from 'vitest';
import { readXml } from '../../ingest/xml.ts';

const root = (text: string) => {
  const read = readXml(text);
  return read.ok ? read.root : read.reason;
};

describe('reading XML', () => {
  it('keeps every value as text', () => {
    expect(root('<xml><a><![CDATA[012345678901]]></a><b>007</b><c>1e3</c><d>true</d><e/><f></f></xml>')).toEqual({
      ...{ a: '012345678901', b: '007', c: '1e3', d: 'true', e: '', f: '' },
    });
  });

  it('nests, and lists what repeats', () => {
    expect(root('<xml>\n <l><i>1</i></l>\n <l><i>2</i></l>\n <m><n><o>x</o></n></m>\n</xml>\n')).toEqual({
      l: [{ i: '1' }, { i: '2' }],
      m: { n: { o: 'x' } },
    });
  });

  it('decodes entities once, and none in CDATA', () => {
    expect(root('<xml><a>&lt;b&gt; &amp;amp; &#20013;&#x56fd;</a><b><![CDATA[&amp; <i>x</i>]]></b></xml>')).toEqual({
      a: '<b> &amp; 中国',
      b: '&amp; <i>x</i>',
    });
  });

  it('takes names of JavaScript as plain names', () => {
    const read = root(
      '<xml><__proto__>1</__proto__><constructor>2</constructor><hasOwnProperty>3</hasOwnProperty></xml>',
    );
    expect(JSON.stringify(read)).toBe('{"__proto__":"1","constructor":"2","hasOwnProperty":"3"}');
  });

  it('takes a customer’s text that speaks of document types', () => {
    expect(root('<!-- <!DOCTYPE x> --><xml><a><![CDATA[<!DOCTYPE html> <!ENTITY]]></a></xml>')).toEqual({
      a: '<!DOCTYPE html> <!ENTITY',
    });
  });
});

describe('hostile XML', () => {
  it.each([
    ['doctype', '<!DOCTYPE xml><xml><a>1</a></xml>'],
    ['doctype in small letters', '<!doctype xml><xml><a>1</a></xml>'],
    ['external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>'],
    ['billion laughs', '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><a>&b;</a></xml>'],
    ['doctype behind a comment', '<!-- x --><!DOCTYPE x><xml><a>1</a></xml>'],
    ['entity inside the root', '<xml><!ENTITY a "b"><a>1</a></xml>'],
  ])('%s is refused as a DTD', (_, text) => expect(root(text)).toBe('dtd_refused'));

  it.each([
    ['empty', ''],
    ['no XML', 'hello'],
    ['truncated', '<xml><a>1</a>'],
    ['truncated in CDATA', '<xml><a><![CDATA[1'],
    ['crossed tags', '<xml><a><b>1</a></b></xml>'],
    ['two roots', '<xml><a>1</a></xml><xml><a>1</a></xml>'],
    ['text alone', '<xml>1</xml>'],
    ['too deep', `${'<a>'.repeat(70)}1${'</a>'.repeat(70)}`],
    ['a hundred thousand levels', '<a>'.repeat(100_000) + '</a>'.repeat(100_000)],
    ['open brackets only', '<'.repeat(100_000)],
  ])('%s is unreadable', (_, text) => expect(root(text)).toBe('unreadable'));
});
