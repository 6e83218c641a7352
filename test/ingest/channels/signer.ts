import type { DoorRequest } from '../../../ingest/channel.ts';

/** Texts that stand around a body: headers, or what a signer makes its query of. */
export type Around = Readonly<Record<string, string>>;
export type Signed = Partial<Pick<DoorRequest, 'headers' | 'query'>> & { body: Buffer };

/** Signs bodies as a platform does, so that whatever a body holds gets past the signature. */
export type Signer = {
  /** The channel. */
  name: string;
  /** Of a source that has all its secrets. */
  settings: Readonly<Record<string, unknown>>;
  /** What hostile bodies are sent with: each topic or envelope that is read in another way. */
  arounds: readonly Around[];
  /** Bodies that are pushed among the fixtures of the channel; absent: `*.body.json`. */
  pushed?: RegExp;
  /** What stands around such a fixture; absent: its `*.headers.json`, else nothing. */
  aroundOf?(file: string): Around;
  /** What `mutations` tells of values that say for whom a message is: gone wrong, it is another's, and refused. */
  ours?: RegExp;
  /** `forged`: as somebody signs who does not have the secret. */
  sign(body: Buffer, around: Around, forged: boolean): Signed;
};
