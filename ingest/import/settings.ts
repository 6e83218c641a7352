import { z } from 'zod';
import { maxAge, optionalText, settingText } from '../door.ts';
import { isTimeZone } from './when.ts';

/** Settings of a `pos` source: contract §1. */
export const posSettings = z.object({
  brand: settingText,
  store: optionalText,
  stores: z.record(z.string(), settingText).nullish(),
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone').default('Asia/Shanghai'),
  dayEndsAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
    .default('00:00'),
  receiptNumbers: z.enum(['unique', 'daily']).default('unique'),
  /** Taken as every channel takes it; files bear no signature that could be stale. */
  maxAge,
});
export type PosSettings = z.infer<typeof posSettings>;

/** What an item carries beside its rows: all that the mapping needs to know of the source and the file. */
export const posMeta = z.object({
  kind: z.enum(['sales', 'members', 'refunds', 'bill', 'refused']),
  brand: z.string(),
  timeZone: z.string(),
  dayEndsAt: z.string(),
  receiptNumbers: z.enum(['unique', 'daily']),
  file: z.string(),
});
export type PosMeta = z.infer<typeof posMeta>;
