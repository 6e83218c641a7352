import type { ChannelRow } from '../../cli/deps.ts';
import type { Channel } from '../../ingest/channel.ts';
import { CHANNELS } from '../../ingest/channels.ts';

/** The ways in which the data of a channel comes: by its webhook, by reading, by asking, in files. */
export function takesOf({ door, pulls, asks, files }: Channel): string[] {
  return [
    ...(door ? ['webhook'] : []),
    ...(pulls.length > 0 ? [`pull (${pulls.map(({ name }) => name).join(' ')})`] : []),
    ...(Object.keys(asks).length > 0 ? [`ask (${Object.keys(asks).join(' ')})`] : []),
    ...(files ? [`files (${files.kinds.join(' ')})`] : []),
  ];
}

export const listChannels = (): ChannelRow[] =>
  [...CHANNELS.values()]
    .map((channel) => ({ name: channel.name, title: channel.title, takes: takesOf(channel) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
