import { HIDDEN } from './mask.ts';

/**
 * Raw payloads without `pii:read`: the structure stays, every text in it is hidden. Reads no grammar, so it holds for
 * broken and hostile bodies too, and runs in one pass: nothing nests, nothing recurses.
 */
const JSON_PARTS = /"(?:[^"\\]|\\.)*("?)(\s*:)?|[^\s"{}[\],:]+/gs;
const PLAIN_KEY = /^"[A-Za-z_](?!\w*\d{5})[\w.-]{0,63}"$/;
const LITERAL = /^(?:true|false|null)$/;

function hideJson(text: string): string {
  return text.replace(JSON_PARTS, (part, close: string, colon = '') => {
    if (!part.startsWith('"')) return LITERAL.test(part) ? part : HIDDEN;
    const body = part.slice(0, part.length - colon.length);
    if (colon !== '' && PLAIN_KEY.test(body)) return part;
    return `"${HIDDEN}${close}${colon}`;
  });
}

const XML_PARTS = /<!\[CDATA\[.*?(?:\]\]>|$)|<[^<>]*>|[^<\s][^<]*|</gs;
const TAG = /^<\/?[A-Za-z_](?![\w.:-]*\d{5})[\w.:-]{0,63}/;

function hideXml(text: string): string {
  return text.replace(XML_PARTS, (part) => {
    if (part.startsWith('<![CDATA[')) return `<![CDATA[${HIDDEN}]]>`;
    if (!part.startsWith('<')) return HIDDEN;
    const name = TAG.exec(part)?.[0];
    if (name === undefined) return `<${HIDDEN}>`;
    return part.endsWith('/>') ? `${name}/>` : `${name}>`;
  });
}

const FIELD = /[^\s,;|&="']+/g;

/** `{"mobile":"13900001234"}` to `{"mobile":"***"}`, the like for XML; of anything else only the separators stay. */
export function hidePayload(payload: string): string {
  const start = payload.trimStart()[0];
  if (start === '{' || start === '[') return hideJson(payload);
  return start === '<' ? hideXml(payload) : payload.replace(FIELD, HIDDEN);
}
