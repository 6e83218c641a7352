/** What a connector may do to ask its platform something; handed in, so that tests can play the platform. */
export type HttpCall = {
  method?: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
};
/** Header names are lower-case. */
export type HttpAnswer = { status: number; headers: Record<string, string>; body: Buffer };

/** A websocket that is open. `receive` resolves to null once the other side has closed. */
export type Socket = { receive(): Promise<string | null>; send(text: string): void; close(): void };

export type Platform = {
  /** Resolves whatever the status says; waits for its turn where the platform limits calls. Throws PlatformError. */
  http(call: HttpCall): Promise<HttpAnswer>;
  socket(url: string, headers?: Record<string, string>): Promise<Socket>;
  /**
   * What calls need and may be kept for a while, such as an access token: in memory alone, by name, for the source.
   * `make` is called where there is none or its time (s) is over.
   */
  token(name: string, make: () => Promise<{ value: string; seconds: number }>): Promise<string>;
  /** Epoch ms. */
  now(): number;
  /**
   * A part of the past (epoch ms) that somebody wants read again; absent in a pull's ordinary turns. Its reading begins
   * without a cursor, at `from`, and ends at `to`.
   */
  range?: { from: number; to: number };
};

/** What a pull reads at its very first turn: up to `now`, from `reach` ms before it on. */
export function spanOf({ now, range }: Platform, reach: number): { now: number; reach: number } {
  if (!range) return { now: now(), reach };
  const to = Math.min(range.to, now());
  return { now: to, reach: Math.max(0, to - range.from) };
}

/**
 * Why a platform did not give what was asked. `throttled` and `unreachable` are tried again, after `afterMs` where the
 * platform says so; `token_expired` once at once, with a new token; `refused` (a wrong secret, no permission) waits
 * for a person; `gone`: there is nothing there, and never will be. The detail names codes, never a person.
 */
export class PlatformError extends Error {
  constructor(
    readonly why: 'throttled' | 'unreachable' | 'token_expired' | 'refused' | 'gone',
    detail: string,
    readonly afterMs?: number,
  ) {
    super(detail);
    this.name = 'PlatformError';
  }
}
