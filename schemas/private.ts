/**
 * Whether a free value may stand clear at rest. Clear are codes, numbers and enums; not clear is anything over 64
 * characters and anything in which a mobile number, an e-mail, a platform id, or a known identifier of the same event
 * stands.
 */
const MOBILE = /(?<!\d)(?:\+?\d{1,3}[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/;
const FOREIGN = /\+\d{8,15}/;
const EMAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;
/** WeChat openid and unionid (28 characters from `o`), WeCom external_userid (`wm…`, `wo…`, 32). */
const PLATFORM_ID = /(?<![A-Za-z0-9_-])(?:o[A-Za-z0-9_-]{27}|w[mo][A-Za-z0-9_-]{30})(?![A-Za-z0-9_-])/;
const LONGEST = 64;

/** Two Han characters may be a whole name; fewer than four Latin ones or digits prove nothing. */
const isTelling = (value: string): boolean => value.length >= 4 || /^\p{Script=Han}{2,}$/u.test(value);

/** `known`: the clear identifiers and private traits of the same event. */
export function isPrivateText(text: string, known: readonly string[]): boolean {
  if (text.length > LONGEST || known.some((value) => isTelling(value) && text.includes(value))) return true;
  if (text.length < 4) return false;
  const folded = text.normalize('NFKC');
  return MOBILE.test(folded) || FOREIGN.test(folded) || EMAIL.test(folded) || PLATFORM_ID.test(folded);
}
