import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../schemas/config.ts';
import { makeRing, newRing } from '../../schemas/ring.ts';
import { openEngines } from '../engines.ts';
import { type House, openHouse } from '../house.ts';

const ROLES = 'ingest,resolve,api';

/**
 * A house of its own in a temporary directory, for as long as `work` takes: embedded engines, a key ring that exists
 * nowhere else, nothing left behind.
 */
export async function inTemporaryHouse<T>(now: () => number, work: (house: House) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'huaxiang-try-'));
  try {
    const adminKey = randomBytes(24).toString('base64url');
    const config = readConfig({ HUAXIANG_DATA: directory, HUAXIANG_ADMIN_KEY: adminKey, HUAXIANG_ROLES: ROLES });
    const engines = await openEngines(config);
    const ring = makeRing(newRing());
    const house = await openHouse({ config, engines, ring, now, fileSources: [], showKey: () => {} });
    try {
      return await work(house);
    } finally {
      await house.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}
