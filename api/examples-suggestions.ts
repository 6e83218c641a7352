import { CUSTOMER } from './examples.ts';
import type { SuggestionView } from './identity/port.ts';

/** Examples of the documentation: of nobody. */
export const SUGGESTION: SuggestionView = {
  id: 's_Zk3v0cQ2m1x8Yw5a7LrTdg',
  customers: [CUSTOMER.id, 'b0Yw5a7LrTdgZk3v0cQ2m1'],
  probability: 0.9731,
  because: [
    { field: 'birthday', level: 'same', weight: 13.25 },
    { field: 'given_name', level: 'same_sound', weight: 8.57 },
    { field: 'mobile', level: 'different', weight: -3.81 },
  ],
  state: 'open',
};
