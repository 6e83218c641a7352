import { channelName, sourceName } from '../schemas/event.ts';
import { UsageError } from './deps.ts';

/** `<channel>/<source>` as a path of the server. Throws UsageError. */
export function place(text: string | undefined): { channel: string; source: string } {
  const [channel, source, more] = (text ?? '').split('/');
  if (text === undefined || more !== undefined) throw new UsageError('name the source as <channel>/<source>');
  if (!channelName.safeParse(channel).success) throw new UsageError(`${JSON.stringify(channel)} can be no channel`);
  if (!sourceName.safeParse(source).success) throw new UsageError(`${JSON.stringify(source)} can be no source`);
  return { channel: channel ?? '', source: source ?? '' };
}

/** Rows as columns of even width, two blanks apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const most = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: most }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
