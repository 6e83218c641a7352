import type { LinkView } from '../api/identity/port.ts';
import { addUses, type Use } from './uses.ts';

/** Evidence as it is gathered for the links of a customer: what one identifier has to do with another, by source. */
export type Tie = { with: string; rule: string; strength: number; use: Use };
/** An identifier of a customer with its evidence; ties are keyed by what is told as one. */
export type Link = { state: LinkView['state']; ties: Map<string, Tie> };

/** Adds a tie, in place; those of one rule, partner and source are one, as strong as the strongest of them. */
export function addTie(link: Link, one: Tie): void {
  const key = [one.rule, one.with, one.use.source.channel, one.use.source.source].join('|');
  const known = link.ties.get(key);
  const strength = Math.max(known?.strength ?? one.strength, one.strength);
  link.ties.set(key, known ? { ...known, strength, use: addUses(known.use, one.use) } : one);
}
