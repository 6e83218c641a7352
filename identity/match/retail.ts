import type { Field } from './fields.ts';

/** What is compared of customers, at the slots of schemas/compared.ts. */
export const RETAIL_FIELDS: readonly Field[] = [
  { name: 'surname', kind: 'surname', slot: 0 },
  { name: 'given_name', kind: 'given', slot: 0 },
  { name: 'birthday', kind: 'date', slot: 1 },
  { name: 'mobile', kind: 'number', slot: 2 },
  { name: 'email', kind: 'email', slot: 3 },
  { name: 'city', kind: 'place', slot: 4 },
  { name: 'address', kind: 'address', slot: 5 },
];
