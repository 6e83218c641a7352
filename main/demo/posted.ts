import type { Delivery } from './delivery.ts';
import { headersOf, sample } from './samples.ts';

/** A payload, and what the reader is told of it. */
export type Told = [file: string, zh: string, en: string];

/** Requests whose headers stand beside their body, the signature among them. */
export const posted = (folder: string, told: readonly Told[]): Promise<Delivery[]> =>
  Promise.all(
    told.map(
      async ([file, zh, en]): Promise<Delivery> => ({
        ...{ to: 'door', zh, en },
        headers: await headersOf(`${folder}/${file}.headers.json`),
        body: await sample(`${folder}/${file}.body.json`),
      }),
    ),
  );
