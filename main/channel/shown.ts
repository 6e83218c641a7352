import { maskIdentifier, maskText, maskTrait } from '../../api/mask.ts';
import { hidePayload } from '../../api/mask-payload.ts';
import { clearValues } from '../../api/mask-views.ts';

/** How values are shown: as they are, or as a key without `pii:read` sees them. */
export type Shown = {
  identifier(kind: string, value: string): string;
  trait(name: string, value: unknown): string;
  /** A property, or any part of one. */
  property(value: unknown): string;
  /** An id of an event, with the identifiers in it hidden. */
  id(id: string, identifiers: readonly { kind: string; value: string }[]): string;
  text(text: string): string;
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function showAs(clear: boolean): Shown {
  if (clear) {
    return {
      identifier: (_, value) => value,
      trait: (_, value) => asText(value),
      property: asText,
      id: (id) => id,
      text: (text) => text,
    };
  }
  return {
    identifier: maskIdentifier,
    trait: (name, value) =>
      typeof value === 'string' || typeof value === 'number' ? String(maskTrait(name, value)) : asText(value),
    property: (value) => hidePayload(JSON.stringify(value) ?? ''),
    id: (id, identifiers) =>
      clearValues(identifiers).reduce((shown, [value, mask]) => shown.replaceAll(value, mask), maskLong(id)),
    text: maskText,
  };
}

const maskLong = (id: string): string => (/(?<!\d)1[3-9]\d{9}(?!\d)|@/.test(id) ? maskText(id) : id);
