import type { IdentifierReason } from '../schemas/fate.ts';
import { type Mobile, typeLookup, typeMobile } from './mobile.ts';
import { foldWidth, tidy, tidyCell } from './text.ts';

/**
 * What a value becomes under its kind: its one spelling, or why it can be none. `kept` is what a refused number is kept
 * as: evidence under a kind of its own.
 */
export type Normal =
  | { value: string }
  | { refused: IdentifierReason; detail: string; kept?: { kind: string; value: string } };

const STAND_INS = new Set([
  ...[
    '',
    'null',
    'undefined',
    'none',
    'nil',
    'n/a',
    'na',
    'nan',
    '#n/a',
    '#value!',
    '#ref!',
    '\\n',
    'guest',
    'anonymous',
  ],
  ...['unknown', 'test', '[object object]', '无', '暂无', '没有', '未知', '空', '匿名', '游客', '测试'],
]);
const QUOTES = /^["'`‘’“”「」『』«»<>()（）\s]+|["'`‘’“”「」『』«»<>()（）\s]+$/g;
const NOTHING = /^[\s\-–—_.,:;/\\+()]*$/;
const ZEROS = /^[0\s\-.+()]+$/;

/** True for what programs and people write where they have no value: `null`, `N/A`, `"NaN"`, `-`, 无, zeros only. */
export function isStandIn(value: string): boolean {
  const folded = tidy(foldWidth(value)).toLowerCase();
  const bare = folded.replace(QUOTES, '');
  return STAND_INS.has(bare) || NOTHING.test(bare) || ZEROS.test(bare);
}

const refuse = (refused: IdentifierReason, detail: string): Normal => ({ refused, detail });

/** Why a typed number is no mobile. Details name the type and never the number. */
function refuseNumber(typed: Mobile): Normal {
  switch (typed.status) {
    case 'masked':
      return {
        ...{ refused: 'mobile_masked', detail: 'a masked number is no key' },
        kept: { kind: 'masked_mobile', value: typed.masked },
      };
    case 'virtual':
      return {
        ...{ refused: 'mobile_virtual', detail: 'a virtual number with an extension is no key' },
        kept: { kind: 'virtual_mobile', value: `${typed.number}-${typed.ext}` },
      };
    case 'placeholder':
      return refuse('mobile_placeholder', 'a number typed in place of one');
    case 'landline':
      return refuse('mobile_landline', `no mobile but ${typed.type.toLowerCase().replaceAll('_', ' ')}`);
    case 'iot':
      return refuse('mobile_iot', 'a number of a machine');
    case 'multiple':
      return refuse('mobile_multiple', `${typed.parts.length} numbers in one value`);
    case 'lossy':
      return refuse('mobile_lossy', 'a spreadsheet has rounded the digits away');
    case 'prefix_unknown':
      return refuse('mobile_prefix_unknown', 'a range that no numbering plan known here has given out yet');
    case 'empty':
      return refuse('value_denied', 'empty');
    default:
      return refuse('mobile_invalid', 'no telephone number of any plan');
  }
}

const asMobile = (typed: Mobile): Normal => (typed.status === 'mobile' ? { value: typed.e164 } : refuseNumber(typed));

/** A mobile under the kind landline reaches somebody just as well; it joins nobody there. */
function asLandline(typed: Mobile): Normal {
  return typed.status === 'landline' || typed.status === 'mobile' ? { value: typed.e164 } : refuseNumber(typed);
}

const asMasked = (typed: Mobile): Normal =>
  typed.status === 'masked' ? { value: typed.masked } : refuse('mobile_invalid', 'no masked number');

const asVirtual = (typed: Mobile): Normal =>
  typed.status === 'virtual'
    ? { value: `${typed.number}-${typed.ext}` }
    : refuse('mobile_invalid', 'no virtual number with an extension');

const LOCAL = /^[^\s@<>()[\]\\,;:"*.]+(?:\.[^\s@<>()[\]\\,;:"*.]+)*$/;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;
const LONGEST_EMAIL = 254;

function asEmail(raw: string): Normal {
  const [local = '', host = '', ...more] = tidyCell(raw).toLowerCase().split('@');
  const domain = host.replaceAll('。', '.');
  const short = local.length + domain.length < LONGEST_EMAIL && more.length === 0;
  return short && LOCAL.test(local) && DOMAIN.test(domain)
    ? { value: `${local}@${domain}` }
    : refuse('email_invalid', 'no e-mail address');
}

/** Hex digits of each hash the contract takes. */
const HASH_LENGTH = new Map([
  ['md5', 32],
  ['sha256', 64],
  ['sm3', 64],
]);

function asHash(raw: string, scope: string): Normal {
  const length = HASH_LENGTH.get(scope.split(':')[0] ?? '');
  if (length === undefined)
    return refuse('scope_missing', 'the scope is md5, sha256 or sm3, with :<salt name> where salted');
  const hash = tidyCell(raw).toLowerCase();
  if (/^[0-9a-f]+$/.test(hash) && hash.length === length) return { value: hash };
  return refuse('mobile_invalid', `a hash of this scope has ${length} hexadecimal digits`);
}

function asUid(raw: string): Normal {
  const uid = tidyCell(raw);
  return /^\d{1,20}$/.test(uid) ? { value: uid } : refuse('value_denied', 'a Weibo uid is digits only');
}

/** The scope as it is kept; the name of a hash algorithm is written in lower case. */
export function normaliseScope(kind: string, scope: string): string {
  const bare = tidy(scope);
  if (kind !== 'hashed_mobile') return bare;
  const [algorithm = '', ...salt] = bare.split(':');
  return [algorithm.toLowerCase(), ...salt].join(':');
}

/**
 * One spelling for every value of a kind. `lookup` forgives a blank in the place of `+`. Ids of platforms are
 * case-sensitive and only freed of outer blanks; leading zeros of cards stay.
 */
export function normaliseValue(kind: string, scope: string, raw: string, lookup: boolean): Normal {
  if (isStandIn(raw)) return refuse('value_denied', 'a stand-in for no value');
  const typed = (): Mobile => (lookup ? typeLookup(raw) : typeMobile(raw));
  switch (kind) {
    case 'mobile':
    case 'remark_mobile':
      return asMobile(typed());
    case 'landline':
      return asLandline(typed());
    case 'masked_mobile':
      return asMasked(typeMobile(raw));
    case 'virtual_mobile':
      return asVirtual(typeMobile(raw));
    case 'email':
      return asEmail(raw);
    case 'hashed_mobile':
      return asHash(raw, scope);
    case 'weibo_uid':
      return asUid(raw);
    case 'member_card':
      return { value: tidyCell(raw) };
    default:
      return { value: tidy(raw) };
  }
}
