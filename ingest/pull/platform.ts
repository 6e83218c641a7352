import { createHash } from 'node:crypto';
import type { Platform } from '../platform.ts';
import { callHttp } from './http.ts';
import { type Clock, makePace, type Pace } from './pace.ts';
import { openSocket } from './socket.ts';

/** The account that calls are made for. */
export type Account = { channel: string; source: string; settings: unknown };
/** One use of a platform: a pull or an ask by its name, with its own pace. `range`: see Platform. */
export type Use = { name: string; callsPerSecond: number; signal: AbortSignal; range?: Platform['range'] };

export type Platforms = {
  /** The platform as one use of an account sees it. Tokens are shared by all uses of an account. */
  of(account: Account, use: Use): Platform;
  /** Forgets the tokens of an account. */
  dropTokens(account: Account): void;
};

type Token = { value: Promise<string>; until: number };
type Held = { settings: string; tokens: Map<string, Token>; paces: Map<string, Pace> };

/** A token is made anew so long before its time is over, at most: an answer under way should still find it good. */
const EARLY_MS = 60_000;

const keyOf = ({ channel, source }: Account): string => `${channel}/${source}`;

/** Real platforms, over the network. Nothing of what is sent or answered is kept, but tokens, in memory. */
export function makePlatforms(clock: Clock): Platforms {
  const accounts = new Map<string, Held>();
  const heldFor = (account: Account): Held => {
    const settings = createHash('sha256').update(JSON.stringify(account.settings)).digest('base64');
    const known = accounts.get(keyOf(account));
    // Other settings are another account: a token of the old one must not be used for it.
    if (known?.settings === settings) return known;
    const fresh: Held = { settings, tokens: new Map(), paces: known?.paces ?? new Map() };
    accounts.set(keyOf(account), fresh);
    return fresh;
  };
  const paceFor = ({ paces }: Held, { name, callsPerSecond }: Use): Pace => {
    const known = paces.get(name);
    if (known) return known;
    const fresh = makePace(clock, callsPerSecond);
    paces.set(name, fresh);
    return fresh;
  };
  return {
    dropTokens: (account) => accounts.get(keyOf(account))?.tokens.clear(),
    of: (account, use) => {
      const held = heldFor(account);
      const pace = paceFor(held, use);
      const turn = <T>(call: () => Promise<T>): Promise<T> => pace(use.signal).then(call);
      return {
        http: (call) => turn(() => callHttp(call, use.signal)),
        socket: (url, headers = {}) => turn(() => openSocket(url, headers, use.signal)),
        token: (name, make) => tokenOf(held.tokens, name, make, clock.now),
        now: clock.now,
        ...(use.range ? { range: use.range } : {}),
      };
    },
  };
}

/** One maker at a time: were two calls to make a token each, the second might put an end to the first. */
function tokenOf(
  tokens: Map<string, Token>,
  name: string,
  make: () => Promise<{ value: string; seconds: number }>,
  now: () => number,
): Promise<string> {
  const known = tokens.get(name);
  if (known && known.until > now()) return known.value;
  const token: Token = { value: Promise.resolve(''), until: Number.POSITIVE_INFINITY };
  token.value = make().then(
    ({ value, seconds }) => {
      token.until = now() + seconds * 1000 - Math.min(EARLY_MS, seconds * 100);
      return value;
    },
    (error: unknown) => {
      if (tokens.get(name) === token) tokens.delete(name);
      throw error;
    },
  );
  tokens.set(name, token);
  return token.value;
}
