import type { Command, Language, Option } from './deps.ts';
import { columns } from './place.ts';

const START = 'npm run huaxiang --';

/** Options every command takes. */
export const COMMON: Readonly<Record<string, Option>> = {
  help: { type: 'boolean', zh: '显示本说明', en: 'shows this text' },
  lang: { type: 'string', takes: 'zh|en', zh: '说明的语言', en: 'language of this text' },
};

/** `--lang`, else the language of the terminal. */
export function languageOf(asked: unknown, env: Readonly<Record<string, string | undefined>>): Language {
  if (asked === 'zh' || asked === 'en') return asked;
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The text of `--help` of one command. */
export function commandHelp(command: Command, language: Language): string {
  const options = Object.entries({ ...command.options, ...COMMON });
  const rows = options.map(([name, option]) => [
    `  --${name}${option.takes === undefined ? '' : ` ${option.takes}`}`,
    option[language],
  ]);
  const forms = command.forms.map((form) => `  ${START} ${command.name} ${form}`.trimEnd());
  return [command[language], '', ...forms, '', ...columns(rows)].join('\n');
}

/** The text of `--help` without a command. */
export function overview(commands: readonly Command[], language: Language): string {
  const rows = commands.map((command) => [`  ${command.name}`, command[language]]);
  const more =
    language === 'zh'
      ? `某个命令的说明：${START} <命令> --help（English: --lang en）`
      : `About one command: ${START} <command> --help (中文：--lang zh)`;
  return ['huaxiang 画像', '', `  ${START} <command> …`, '', ...columns(rows), '', more].join('\n');
}
