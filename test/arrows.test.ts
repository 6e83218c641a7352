import { describe, expect, it } from 'vitest';
import { wrongArrow } from './tidy/arrows.ts';
import { cycles, type Edge, edgesIn } from './tidy/imports.ts';
import { byPath, parse, parseEach, readTree } from './tidy/tree.ts';

/** The edges of a repository made up for the occasion. */
const made = (files: Record<string, string>): Edge[] => edgesIn(parse(new Map(Object.entries(files))));

const REFUSED: [string, string][] = [
  ['schemas/a.ts', "import { x } from '../ingest/x.ts';"],
  ['schemas/a.ts', "import type { Log } from '../ingest/log/port.ts';"],
  ['schemas/a.ts', "import { readFileSync } from 'node:fs';"],
  ['ingest/a.ts', "import { fold } from '../profiles/fold.ts';"],
  ['ingest/a.ts', "import type { Fold } from '../profiles/fold.ts';"],
  ['identity/a.ts', "import { x } from '../ingest/log/port.ts';"],
  ['identity/a.ts', "import { type X, y } from '../ingest/log/port.ts';"],
  ['profiles/a.ts', "import '../identity/store/port.ts';"],
  ['profiles/a.ts', "export { x } from '../api/x.ts';"],
  ['api/routes/a.ts', "const x = await import('../../identity/cluster.ts');"],
  ['api/a.ts', "type X = import('../profiles/fold.ts').Fold;"],
  ['api/a.ts', "import { main } from '../main.ts';"],
  ['ingest/a.ts', "import { cast } from '../test/cast.ts';"],
  ['cli/a.ts', "import { app } from '../api/app.ts';"],
];
const TAKEN: [string, string][] = [
  ['schemas/a.ts', "import { z } from 'zod'; import { b } from './b.ts';"],
  ['ingest/channels/a.ts', "import { money } from '../../schemas/money.ts'; import { b } from '../mobile.ts';"],
  ['identity/a.ts', "import type { Log } from '../ingest/log/port.ts';"],
  ['identity/a.ts', "import { type A, type B } from '../ingest/log/port.ts';"],
  ['api/a.ts', "type X = import('../profiles/store/port.ts').EventRow;"],
  ['api/a.ts', "import { readFileSync } from 'node:fs';"],
  ['main.ts', "import { app } from './api/app.ts'; import { fold } from './profiles/fold.ts';"],
  ['test/a.test.ts', "import { fold } from '../profiles/fold.ts';"],
];

describe('arrows of this repository', () => {
  const all = edgesIn(parse(readTree()));

  it('only point where DESIGN allows', () => {
    expect(all.length).toBeGreaterThan(10);
    expect(all.map(wrongArrow).filter((what) => what !== undefined)).toEqual([]);
  });

  it('make no circle', () => {
    expect(cycles(all)).toEqual([]);
  });
});

describe('the rule', () => {
  const sources = parseEach([...REFUSED, ...TAKEN]);
  const wrong = (at: number): unknown[] => {
    const source = sources[at];
    return edgesIn(byPath(source ? [source] : []))
      .map(wrongArrow)
      .filter((what) => what !== undefined);
  };

  it.each(REFUSED.map(([path, text], at): [string, string, number] => [path, text, at]))(
    'refuses in %s: %s',
    (_, __, at) => {
      expect(wrong(at)).toHaveLength(1);
    },
  );

  it.each(TAKEN.map(([path, text], at): [string, string, number] => [path, text, at]))(
    'takes in %s: %s',
    (_, __, at) => {
      expect(wrong(REFUSED.length + at)).toEqual([]);
    },
  );

  it('finds a circle through types and over several files, and no other', () => {
    const files = {
      'schemas/a.ts': "import type { B } from './b.ts';",
      'schemas/b.ts': "import { c } from './c.ts';",
      'schemas/c.ts': "export { a } from './a.ts'; import './d.ts';",
      'schemas/d.ts': 'export const d = 1;',
      'schemas/e.ts': "import { d } from './d.ts';",
    };
    expect(cycles(made(files))).toEqual([['schemas/a.ts', 'schemas/b.ts', 'schemas/c.ts']]);
    expect(cycles(made({ 'schemas/a.ts': "import { a } from './a.ts';" }))).toEqual([['schemas/a.ts']]);
  });
});
