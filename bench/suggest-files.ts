import type { Field } from '../identity/match/fields.ts';

/** Files of others with truth in them: how their columns are compared. The files themselves are given by path. */
type Row = Record<string, string>;
export type FileForm = {
  fields: readonly Field[];
  slots: number;
  texts(row: Row): string[];
  truth(row: Row): number;
};

const plain = (row: Row, column: string): string => (row[column] ?? '').toLowerCase().trim();
const name = (surname: string, given: string): string =>
  surname === '' && given === '' ? '' : [surname, given, surname, given].join('\t');
const date = (text: string): string => (text.length === 8 ? text : '');

/** Splink's fake_1000: first_name, surname, dob, city, email, cluster. */
export const FAKE_1000: FileForm = {
  fields: [
    { name: 'surname', kind: 'surname', slot: 0 },
    { name: 'given_name', kind: 'given', slot: 0 },
    { name: 'birthday', kind: 'date', slot: 1 },
    { name: 'city', kind: 'place', slot: 2 },
    { name: 'email', kind: 'email', slot: 3 },
  ],
  slots: 4,
  texts: (row) => [
    name(plain(row, 'surname'), plain(row, 'first_name')),
    date(plain(row, 'dob').replaceAll('-', '')),
    plain(row, 'city'),
    plain(row, 'email'),
  ],
  truth: (row) => Number(row.cluster),
};

/** FEBRL data sets 1 to 3; the number in rec_id is the truth. */
export const FEBRL: FileForm = {
  fields: [
    { name: 'surname', kind: 'surname', slot: 0 },
    { name: 'given_name', kind: 'given', slot: 0 },
    { name: 'birthday', kind: 'date', slot: 1 },
    { name: 'suburb', kind: 'place', slot: 2 },
    { name: 'address', kind: 'address', slot: 3 },
    { name: 'postcode', kind: 'code', slot: 4 },
    { name: 'number', kind: 'number', slot: 5 },
    { name: 'street_number', kind: 'code', slot: 6 },
  ],
  slots: 7,
  texts: (row) => [
    name(plain(row, 'surname'), plain(row, 'given_name')),
    date(plain(row, 'date_of_birth')),
    plain(row, 'suburb'),
    plain(row, 'address_1'),
    plain(row, 'postcode'),
    plain(row, 'soc_sec_id'),
    plain(row, 'street_number'),
  ],
  truth: (row) => Number(/^rec-(\d+)-/.exec(row.rec_id ?? '')?.[1]),
};
