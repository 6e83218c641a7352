import { z } from 'zod';
import { sampleText } from '../samples.ts';
import { type Play, within } from './desk.ts';

/** Pospal's open API. */
const SOLD = '2026-03-07 11:20:33';
const NONE = JSON.stringify({ status: 'success', data: { pageSize: 100, result: [] } });

const span = z.object({ startTime: z.string(), endTime: z.string() });

export const pospal: Play = async ({ path, body }, { asked }) => {
  if (path.endsWith('/customerOpenApi/queryByUid')) return asked('pospal', 'pospal/customer.json');
  if (!path.endsWith('/ticketOpenApi/queryTicketPages')) return null;
  const { startTime, endTime } = span.parse(JSON.parse(body));
  return within(SOLD, startTime, endTime) ? sampleText('pospal/tickets.json') : NONE;
};
