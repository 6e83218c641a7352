import { findLines, isCode, isRulebook, linesOf, type Rule } from './rule.ts';

export const WIDTH = 120;
export const FILE_LINES = 300;

const isPage = (path: string): boolean => path.endsWith('.md');

/** A word nobody may write, and the word to use. Case is as the pattern has it. */
const WORDS: [RegExp, string][] = [
  [/\b(TODO|FIXME|XXX|HACK|WIP)\b/, 'do it, or leave it out and say so in the docs'],
  [/(?<!\bnull )\bfor now\b|\bcoming soon\b|\bnot (yet )?implemented\b/i, 'what is true: finish it or leave it out'],
  [/\b(whitelist|allowlist)(s|ed|ing)?\b/i, 'allow list, or the state `allow`'],
  [/\b(blacklist|blocklist)(s|ed|ing)?\b/i, 'deny list, or the state `blocked`'],
  [/\bslaves?\b/i, 'replica'],
  [/\bdumm(y|ies)\b/i, 'sample'],
  [/\b(DLQ|dead[- ]letter queue)\b/i, 'dead letters'],
  [/\bcell ?phones?\b|\bphone[- ]numbers?\b/i, 'mobile'],
  [/\b(person|profile|user) ids?\b/i, 'customer id'],
  [/\bgolden profile\b|\bmaster record\b/i, 'golden record'],
  [/\bleverag(e|es|ed|ing)\b|\butili[sz](e|es|ed|ing)\b/i, 'use'],
  [/\b(seamless(ly)?|blazing(ly)?|cutting[- ]edge|world[- ]class|state[- ]of[- ]the[- ]art)\b/i, 'a measurement'],
  [/\bhelpers?\b/i, 'a name that says what it does'],
  [/(?<!user-)\bagents?\b(?!:)/, 'clerk, caller or client'],
  [/\b(this|the|another|an?|my|our) sessions?\b/i, 'visit, connection or request'],
  [/\b(the|this|my|our) (brief|task|assignment)\b|\bas (discussed|requested|instructed)\b/i, 'the reason itself'],
];

const words: Rule = {
  name: 'words',
  use: 'the word that stands beside each',
  applies: (path) => !isRulebook(path),
  find: (source) =>
    WORDS.flatMap(([pattern, use]) =>
      findLines(source, pattern).map(({ line, what }) => ({ line, what: `${what} → ${use}` })),
    ),
};

export const TEXT_RULES: Rule[] = [
  {
    name: 'line width',
    use: `at most ${WIDTH} columns`,
    applies: (path) => !isPage(path),
    find: (source) =>
      linesOf(source.text).flatMap((line, at) =>
        [...line].length > WIDTH ? [{ line: at + 1, what: `${[...line].length} columns` }] : [],
      ),
  },
  {
    name: 'file length',
    use: `at most ${FILE_LINES} lines`,
    applies: (path) => !isPage(path),
    find: ({ text }) => {
      const { length } = linesOf(text);
      return length > FILE_LINES ? [{ line: FILE_LINES + 1, what: `${length} lines` }] : [];
    },
  },
  words,
  {
    name: 'machine',
    use: 'paths relative to the repository, and no address of a package registry',
    applies: (path) => !isRulebook(path),
    find: (source) => findLines(source, /(^|[\s'"`(=])\/(work|root|home)\/[\w.-]+|\bregistry\.[a-z]+\.(org|com|io)\b/),
  },
  {
    name: 'file name',
    use: 'the name of the thing it holds',
    applies: isCode,
    find: ({ path }) =>
      /(^|\/)(index|utils?|helpers?|misc)\.(ts|mjs|js)$/.test(path) ? [{ line: 1, what: path }] : [],
  },
  {
    name: 'silenced checks',
    use: 'types that fit',
    applies: (path) => isCode(path) && !isRulebook(path),
    find: (source) => findLines(source, /@ts-(ignore|expect-error|nocheck)|eslint-disable/),
  },
  {
    name: 'tests that do not run',
    use: 'the test, run against real parts',
    applies: (path) => path.startsWith('test/') && !isRulebook(path),
    find: (source) => findLines(source, /\b(it|test|describe)\.(only|todo|fails)\b|\bvi\.(mock|doMock)\(|\bretry: *\d/),
  },
];
