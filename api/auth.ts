import { Problem } from '../schemas/errors.ts';
import type { Scope } from '../schemas/wire/common.ts';
import type { KeyGrant, Services } from './port.ts';

/** What a route without key is answered with: nothing is granted. */
export const NOBODY: KeyGrant = { id: '-', scopes: [], admin: false };

const BEARER = /^bearer +(\S+) *$/i;

/** The grant behind `Authorization: Bearer <key>`. Throws key_missing, key_unknown. */
export function authenticate(services: Services, header: string | undefined): Promise<KeyGrant> | KeyGrant {
  const key = header === undefined ? undefined : BEARER.exec(header)?.[1];
  if (key === undefined) throw new Problem('key_missing', 'this route needs Authorization: Bearer <key>');
  const grant = services.keys.authenticate(key);
  return grant instanceof Promise ? grant.then(known) : known(grant);
}

function known(grant: KeyGrant | null): KeyGrant {
  if (!grant) throw new Problem('key_unknown', 'no such API key, or it was revoked');
  return grant;
}

export function mayDo(grant: KeyGrant, scope: Scope): boolean {
  return grant.admin || grant.scopes.includes(scope) || grant.scopes.includes('admin');
}

/** Throws scope_missing, which names the scope. */
export function demand(grant: KeyGrant, scope: Scope): void {
  if (!mayDo(grant, scope)) throw new Problem('scope_missing', `this route needs the scope ${scope}`, { scope });
}
