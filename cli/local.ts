import { resolve } from 'node:path';
import { type Command, numberOption, option, UsageError } from './deps.ts';

/** The commands that run the product itself in this process; main.ts does the work. */
export const serveCommand: Command = {
  name: 'serve',
  forms: [''],
  zh: '在前台启动服务（npm start 即此命令）；SIGTERM 使其处理完手头请求后退出',
  en: 'starts the service in the foreground, as npm start does; SIGTERM drains and ends it',
  options: {},
  run: (_, deps) => deps.serve(),
};

export const demoCommand: Command = {
  name: 'demo',
  forms: [''],
  zh: '用虚构的顾客和各渠道事件启动一个演示，数据存放在临时目录',
  en: 'starts a demonstration with made-up people and events of every channel, in a directory of its own',
  options: {
    customers: { type: 'string', takes: 'N', zh: '顾客人数（默认 500）', en: 'how many people (500)' },
    seed: {
      type: 'string',
      takes: 'N',
      zh: '同一种子生成同样的人（默认 1）',
      en: 'the same seed makes the same people (1)',
    },
  },
  run: (call, deps) =>
    deps.demo({ customers: numberOption(call, 'customers', 500), seed: numberOption(call, 'seed', 1) }),
};

export const rebuildCommand: Command = {
  name: 'rebuild',
  forms: ['--from DIR --to DIR'],
  zh: '读取一个无人占用的数据目录的日志，重建出另一个：编号、视图与别名都相同',
  en: 'reads the log of a data directory that nobody has open and builds another: same ids, views and aliases',
  options: {
    from: { type: 'string', takes: 'DIR', zh: '读取的数据目录', en: 'the data directory to read' },
    to: { type: 'string', takes: 'DIR', zh: '新建的数据目录', en: 'the data directory to make' },
  },
  run: (call, deps) => {
    const from = option(call, 'from');
    const to = option(call, 'to');
    if (!from || !to) throw new UsageError('rebuild needs --from DIR and --to DIR');
    if (resolve(from) === resolve(to)) throw new UsageError('--from and --to must be two directories');
    return deps.rebuild(from, to);
  },
};
