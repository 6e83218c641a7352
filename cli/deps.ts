/** What main.ts gives the command line: nothing here reads the environment or the clock by itself. */
export type DemoOptions = {
  /** Ends by itself once everything is shown. */
  once: boolean;
};

/** What stands behind one channel name: how its data comes, and what it asks its platform. */
export type ChannelRow = { name: string; title: { zh: string; en: string }; takes: readonly string[] };
export type Payload = {
  file: string;
  body: Buffer;
  headers: Record<string, string>;
  query: Record<string, string>;
};
export type Trial = {
  channel: string;
  payloads: readonly Payload[];
  settings: Record<string, unknown>;
  /** The payloads are bodies of items with this beside them: no door, no signature. */
  meta: Record<string, string> | null;
  /** The payloads are files of this kind to import; null: whatever the channel takes. */
  kind: string | null;
  /** Shows personal values as they are. */
  clear: boolean;
  language: Language;
};
export type Channels = {
  list(): ChannelRow[];
  /** Shows what payloads become; gives the exit code. */
  try(trial: Trial): Promise<number>;
};

export type Deps = {
  env: Readonly<Record<string, string | undefined>>;
  /** One line of result, without its line end. */
  out(text: string): void;
  /** One line of progress or trouble. */
  err(text: string): void;
  fetch: typeof fetch;
  pause(ms: number): Promise<void>;
  /** The three that run the product itself; each gives the exit code. */
  serve(): Promise<number>;
  demo(options: DemoOptions): Promise<number>;
  rebuild(from: string, to: string): Promise<number>;
  /** Whether some process holds the lock of a data directory. */
  held(directory: string): Promise<boolean>;
  channels: Channels;
};

export type Language = 'zh' | 'en';
export type Option = { type: 'string' | 'boolean'; multiple?: boolean; takes?: string; zh: string; en: string };
export type Call = { values: Readonly<Record<string, unknown>>; rest: readonly string[] };

export type Command = {
  name: string;
  /** What stands behind the name, one line per form. */
  forms: readonly string[];
  zh: string;
  en: string;
  options: Readonly<Record<string, Option>>;
  /** Gives the exit code. */
  run(call: Call, deps: Deps): Promise<number>;
};

/** The call itself is wrong: exit code 2, with a pointer to --help. */
export class UsageError extends Error {}
/** The call was right and could not be done: exit code 1. */
export class CallError extends Error {}

/** A string option, undefined where it was not given. */
export function option(call: Call, name: string): string | undefined {
  const value = call.values[name];
  return typeof value === 'string' ? value : undefined;
}
