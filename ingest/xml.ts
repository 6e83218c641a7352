import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Elements by name: text as it stands, elements as maps, repeated ones as lists. Attributes are left out. */
export type XmlValue = string | XmlValue[] | { [name: string]: XmlValue };
export type XmlRead =
  | { ok: true; root: { [name: string]: XmlValue } }
  | { ok: false; reason: 'unreadable' | 'dtd_refused'; detail: string };

const MAX_DEPTH = 64;
const TEXT = '#text';
/** Stands before every name while parsing: a parser that sees no `__proto__` needs no special care for it. */
const MARK = '.';
const MARKS = /^\.+/;

// Values stay text: `007` and `1e3` are card codes. Entities are the five of XML, HTML's names and numbers; each is one
// character, since a document that could declare its own is refused beforehand.
const parser = new XMLParser({
  parseTagValue: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
  maxNestedTags: MAX_DEPTH,
  transformTagName: (name) => MARK + name,
});

/** True where a `<!…` stands that is neither comment nor CDATA: a document type, an entity, a notation. */
function hasDeclaration(text: string): boolean {
  for (let at = text.indexOf('<!'); at !== -1; ) {
    const close = text.startsWith('<![CDATA[', at) ? ']]>' : text.startsWith('<!--', at) ? '-->' : null;
    if (close === null) return true;
    const end = text.indexOf(close, at + 4);
    if (end === -1) return false;
    at = text.indexOf('<!', end + close.length);
  }
  return false;
}

const isElement = (value: unknown): value is object => typeof value === 'object' && value !== null;

function plain(value: unknown): XmlValue {
  if (Array.isArray(value)) return value.map(plain);
  if (!isElement(value)) return typeof value === 'string' ? value : '';
  const children = Object.entries(value).filter(([name]) => name !== TEXT);
  return Object.fromEntries(children.map(([name, child]) => [name.replace(MARKS, ''), plain(child)]));
}

/**
 * Reads an XML message to nested maps of strings. Refused: a DTD (`dtd_refused`: entities of its own could expand
 * without end or name files), what is not well-formed, is nested deeper than 64, or has a root without elements
 * (`unreadable`).
 */
export function readXml(text: string): XmlRead {
  const fail = (reason: 'unreadable' | 'dtd_refused', detail: string): XmlRead => ({ ok: false, reason, detail });
  if (hasDeclaration(text)) return fail('dtd_refused', 'a document type declaration');
  try {
    const valid = XMLValidator.validate(text);
    if (valid !== true) return fail('unreadable', `no well-formed XML in line ${valid.err.line}: ${valid.err.code}`);
    const document = plain(parser.parse(text));
    const roots = typeof document === 'string' ? [] : Object.values(document);
    const [root] = roots;
    if (roots.length !== 1 || typeof root !== 'object' || Array.isArray(root)) {
      return fail('unreadable', 'no single root with elements in it');
    }
    return { ok: true, root };
  } catch {
    // The parser's own messages quote the text, which may hold personal data.
    return fail('unreadable', `no XML of at most ${MAX_DEPTH} levels`);
  }
}
