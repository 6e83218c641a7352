import type { Channel } from '../../../ingest/channel.ts';
import { SIGNERS } from './sign.ts';

/** Values that one setting or another takes. */
const VALUES: readonly unknown[] = [
  ...[
    'sample',
    'https://127.0.0.1:1',
    '2026-03-01T00:00:00+08:00',
    'a'.repeat(32),
    'a'.repeat(43),
    60,
    true,
    ['sample'],
  ],
  ...[{ sample: 'sample' }],
];

/** Settings of a source that leaves none out, so that all its readings are ready. */
export function settingsFor(channel: Channel): Record<string, unknown> {
  const given: Record<string, unknown> = { ...SIGNERS.find(({ name }) => name === channel.name)?.settings };
  const names = Object.keys(channel.help).filter((name) => name !== 'maxAge' && given[name] === undefined);
  // Required settings first miss one another: so each is tried by whether its own complaint goes away.
  for (const name of names) {
    const fitting = VALUES.find((value) => {
      const read = channel.settings.safeParse({ ...given, [name]: value });
      return read.success || !read.error.issues.some(({ path }) => path[0] === name);
    });
    if (fitting !== undefined) given[name] = fitting;
  }
  return given;
}
