import { z } from 'zod';
import type { IdentifierRef } from '../schemas/identifier.ts';
import { customerId, opaqueId } from '../schemas/wire/common.ts';

/** Parameters of paths. */
export const customerParams = z.object({ id: customerId });
export const idParams = z.object({ id: opaqueId });

/** An identifier as the services take it: no scope is null. */
export const refOf = (input: { kind: string; scope?: string | null; value: string }): IdentifierRef => ({
  kind: input.kind,
  scope: input.scope ?? null,
  value: input.value,
});
