import { z } from 'zod';
import { listOf, named } from './common.ts';
import { proposed } from './evidence.ts';

const state = z.enum(['open', 'merged', 'kept_apart', 'later']);

export const suggestionView = named(
  'Suggestion',
  z.object({
    id: z.string(),
    customers: z.tuple([z.string(), z.string()]),
    probability: z.number().describe('That the two are one person, by weights learned from the data'),
    because: z.array(
      z.object({
        field: z.string(),
        level: z.string().describe('How well the two agree on the field'),
        weight: z.number().describe('log2 of how much likelier one person than two: negative speaks against it'),
      }),
    ),
    state,
    proposed: proposed.optional(),
  }),
);
export const suggestionList = named('SuggestionList', listOf(suggestionView));
export const suggestionQuery = z.object({
  min: z.coerce.number().min(0).max(1).default(0.5).describe('Least probability'),
  state: state.optional().describe('Without it: open and later'),
});
export const suggestionRunBody = named('SuggestionRunRequest', z.object({}));
