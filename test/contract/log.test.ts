import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';
import { logContract } from './log.ts';

const directory = mkdtempSync(join(tmpdir(), 'hx-log-'));
afterAll(() => rmSync(directory, { recursive: true }));

logContract('embedded log', async () => ({
  log: await openEmbeddedLog(directory),
  reopen: () => openEmbeddedLog(directory),
}));
