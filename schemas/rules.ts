import { z } from 'zod';
import { kindRule } from './identifier.ts';

/**
 * Rules as data: what each kind of identifier may do when it is asked who is one customer. The preset `retail-cn` is
 * the table of kinds itself (CONTRACT §2); a document says what is to differ from it. Whether a kind is joining or
 * attaching is no rule: the anchors of events are made of it, and they stay for ever.
 */
const cap = z.strictObject({
  /** The kind of partner that is counted; `*` for each kind by itself, `name`: see CAPPED_NAMES. */
  kind: z.string().min(1).max(64),
  /** Over so many distinct partners a value is hot. */
  over: z.number().int().min(1).max(10_000),
});
const kindChange = z.strictObject({
  /** The least strength with which it joins; `never`: it is shown and joins nobody. */
  joins: z.enum(['typed', 'derived', 'registered', 'verified', 'never']).optional(),
  /** One value per customer and scope. */
  one: z.boolean().optional(),
  caps: z.array(cap).max(10).optional(),
  /** Over so many uses within one window of 30 days, by the same identifiers, a value is hot. */
  rate: z.number().int().min(1).max(1_000_000).optional(),
  /** Smaller is more specific: which identifier of an event says whose it is. */
  priority: z.number().int().min(0).max(1_000).optional(),
});
const SOURCE = /^[a-z0-9][a-z0-9_-]{0,63}(?:\/.{1,64})?$/;
export const rulesDocument = z
  .strictObject({
    preset: z.literal('retail-cn'),
    kinds: z.record(z.string(), kindChange).optional(),
    /** Whether names that clearly differ keep two apart who bear one number. */
    names: z.strictObject({ veto: z.boolean() }).optional(),
    /**
     * Whose word weighs more where claims of a trait differ: `channel` or `channel/source`, the most trusted first.
     * What is not named stands behind all of these.
     */
    sources: z
      .array(z.string().regex(SOURCE, 'a channel, or channel/source'))
      .max(1_000)
      .refine((list) => new Set(list).size === list.length, 'a source stands here twice')
      .optional(),
    /** Whether two keys have to decide the same of a conflict or a suggestion before it is done. */
    review: z.strictObject({ four_eyes: z.boolean() }).optional(),
    /** Nodes a component may have before its weakest evidence is suspended. */
    components: z.strictObject({ limit: z.number().int().min(2).max(5_000) }).optional(),
  })
  .superRefine((document, context) => {
    for (const [kind, change] of Object.entries(document.kinds ?? {})) {
      const rule = kindRule(kind);
      const path = ['kinds', kind];
      if (!rule) context.addIssue({ code: 'custom', path, message: 'no such kind of identifier' });
      else if (rule.role !== 'joining') context.addIssue({ code: 'custom', path, message: 'this kind joins nobody' });
      if (rule?.contact && change.one)
        context.addIssue({ code: 'custom', path: [...path, 'one'], message: 'people share contacts' });
    }
  });
export type RulesDocument = z.infer<typeof rulesDocument>;
export const PRESET: RulesDocument = { preset: 'retail-cn' };
