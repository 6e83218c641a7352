import { createHmac } from 'node:crypto';
import type { Signer } from '../ingest/channels/signer.ts';

const SECRETS = { own: 'the secret of the gate', other: 'a guess' };

/** Signs as the gate does: by this the tests send the samples, and every hostile body. */
export const parkingSigner: Signer = {
  name: 'parking',
  settings: { mall: 'joy-city', secret: SECRETS.own },
  arounds: [{ 'x-parking-time': '1772420400' }],
  sign: (body, around, forged) => {
    const time = around['x-parking-time'] ?? '';
    const hmac = createHmac('sha256', forged ? SECRETS.other : SECRETS.own);
    return { body, headers: { ...around, 'x-parking-signature': hmac.update(time).update(body).digest('hex') } };
  },
};
