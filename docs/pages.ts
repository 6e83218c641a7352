import { PROBLEMS } from '../schemas/errors.ts';
import { EVENT_TYPES } from '../schemas/event.ts';
import { IDENTIFIER_REASONS, REASONS } from '../schemas/fate.ts';
import { CAPPED_NAMES, KINDS } from '../schemas/identifier.ts';
import { VARIABLES, type VariableText } from '../schemas/variables.ts';
import { channelPages } from './channels.ts';
import { guide } from './guide.ts';
import { code, table } from './table.ts';

/** The pages that are made from the code, so that they cannot say anything else. Paths from the root. */
const NOTE = '<!-- Written by `npm run docs`: change the words in schemas/, not this page. -->';

const variables: [string, VariableText][] = Object.entries(VARIABLES);

/** `.env.example`: every variable commented out with its default, so that a copy changes nothing until it is edited. */
export function envExample(): string {
  const entries = variables.map(([name, text]) =>
    [`# ${text.zh}`, `# ${text.en}.`, `# Takes ${text.takes}.`, `#${name}=${text.otherwise}`].join('\n'),
  );
  const head = '# huaxiang 画像: copy to .env and edit. Written by `npm run docs` from schemas/variables.ts.';
  return `${[head, ...entries].join('\n\n')}\n`;
}

function configuration(): string {
  const rows = variables.map(([name, text]) => [`\`${name}\``, text.zh, text.en, text.takes, code(text.otherwise)]);
  return [
    '# Configuration 配置',
    NOTE,
    'All of it comes from the environment. An empty value counts as absent. A value that does not parse ends the start',
    'with exit code 1 and one message that names the variable, what it got and what it takes.',
    '',
    table(['variable', '含义', 'meaning', 'takes', 'default'], rows),
    '',
  ].join('\n');
}

function errors(): string {
  const rows = Object.entries(PROBLEMS).map(([name, { status, retry, title }]) => [
    `\`${name}\``,
    String(status),
    retry,
    title,
  ]);
  return [
    '# Errors 错误',
    NOTE,
    'Every error is an `application/problem+json` body with `code`, `status`, `title`, `detail` and `retry`: `no`,',
    'repeating is useless; `later`, the same request may succeed; `changed`, the request must change first.',
    '',
    table(['code', 'status', 'retry', 'title'], rows),
    '',
  ].join('\n');
}

function fates(): string {
  const rows = Object.entries(REASONS).map(([fate, reasons]) => [`\`${fate}\``, reasons.map(code).join(', ')]);
  return [
    '# Fates 去向',
    NOTE,
    'What became of each payload, and why. Nothing is dropped in silence.',
    '',
    table(['fate', 'reasons'], rows),
    '',
    'A refused identifier leaves its event accepted; the reason stands beside it:',
    '',
    IDENTIFIER_REASONS.map((reason) => `- \`${reason}\``).join('\n'),
    '',
  ].join('\n');
}

const CAPPED: Record<string, string> = { '*': 'any partner', [CAPPED_NAMES]: 'contradicting name' };

function identifiers(): string {
  const rows = [...KINDS].map(([kind, rule]) => [
    `\`${kind}\``,
    rule.label,
    rule.scope,
    rule.role,
    rule.one ? 'one' : 'many',
    (rule.cap ?? []).map((cap) => `${cap.over} × ${CAPPED[cap.kind] ?? cap.kind}`).join(', ') || '–',
  ]);
  return [
    '# Identifiers and event types 标识与事件类型',
    NOTE,
    'Kinds from the most specific to the least. Joining kinds tie events to one person; attaching kinds point to the',
    'person who named them; evidence is kept and never a key. Over its cap of distinct partners a value is hot and',
    'joins nobody. Kinds named `x_<name>` are yours, with the caps of an account.',
    '',
    table(['kind', 'label', 'scope', 'role', 'per customer', 'cap'], rows),
    '',
    `Event types: ${EVENT_TYPES.map(code).join(', ')}, or \`custom:<name>\`.`,
    '',
  ].join('\n');
}

/** Every generated file by its path. */
export function pages(): Map<string, string> {
  return new Map([
    ['.env.example', envExample()],
    ...channelPages(),
    ['docs/configuration.md', configuration()],
    ['docs/errors.md', errors()],
    ['docs/fates.md', fates()],
    ['docs/guide.md', guide()],
    ['docs/identifiers.md', identifiers()],
  ]);
}
