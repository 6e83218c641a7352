import { resolve } from 'node:path';
import { type Command, option, UsageError } from './deps.ts';

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
  zh: '在临时目录启动全套服务，让虚构品牌的各渠道样例真实走一遍，再展示一位顾客的单一视图',
  en: 'starts everything in a temporary directory, sends the samples of an invented brand, shows one customer whole',
  options: {
    once: {
      type: 'boolean',
      zh: '展示完即结束；有缺失则退出码为 1',
      en: 'ends once all is shown; 1 if something lacks',
    },
  },
  run: (call, deps) => {
    if (call.rest.length > 0) throw new UsageError('demo takes no argument');
    return deps.demo({ once: call.values.once === true });
  },
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
