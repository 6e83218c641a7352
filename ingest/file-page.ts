import type { ChannelPage } from './channel.ts';
import type { FileSettings } from './import/mapping.ts';

/** What the connector of files in general says about itself. */
export const FILE_PAGE: ChannelPage<FileSettings> = {
  title: { zh: '通用文件', en: 'Files' },
  about: {
    zh:
      '任何系统导出的 CSV 或 NDJSON 文件：在本数据源的设置里声明哪一列是什么，一行成为一个事件。编码（UTF-8、GBK、GB18030、' +
      'UTF-16）和分隔符自动识别；单元格里的制表符、="…"、千分位照样能读；被电子表格截断的号码（1.39E+10）不会被当真。',
    en:
      'A CSV or NDJSON file of any system: the settings of the source declare which column is what, and a row ' +
      'becomes one event. Encoding (UTF-8, GBK, GB18030, UTF-16) and separator are found by themselves; tabs, ="…" ' +
      'and thousands are read through; numbers that a spreadsheet has cut (1.39E+10) are not believed.',
  },
  steps: {
    zh: [
      '从原系统导出文件：CSV 须有表头，NDJSON 每行一个 JSON 对象。',
      '设置本数据源：type 与 time 必填；id 填能唯一确定一行的列；identifiers 写明哪一列是手机号、会员卡等。',
      '上传：POST /v1/imports/file/数据源名，请求体就是文件本身；或 npm run huaxiang -- import file/数据源名 文件。',
      '看 fates 与 reasons；rejects 按行号给出被拒的行、列名和问题。同一文件再传一次，各行都是 duplicate。',
    ],
    en: [
      'Export the file: CSV with a header, or NDJSON with a JSON object a line.',
      'Set this source: type and time are needed; id names the columns that tell a row from all others; identifiers ' +
        'say which column is a mobile, a member card and so on.',
      'Send it with POST /v1/imports/file/your-source, the file itself as the body, or with ' +
        'npm run huaxiang -- import file/your-source FILE.',
      'Read fates and reasons; rejects names line, column and problem. The same file again is all duplicate.',
    ],
  },
  help: {
    format: {
      zh: 'auto（默认，按首字符判断）、csv 或 ndjson。NDJSON 的列写成以点连接的路径，如 buyer.phone。',
      en: 'auto (by the first character, if not said), csv or ndjson. Columns of NDJSON are paths such as buyer.phone.',
    },
    mapping: {
      zh: 'columns（默认）：按下列设置映射；canonical：每行已是标准事件，与 POST /v1/events 相同，渠道和数据源以本次导入为准。',
      en:
        'columns (if not said): by the settings below; canonical: each line is an event as POST /v1/events takes it; ' +
        'channel and source are those of the import.',
    },
    type: {
      zh: '事件类型，如 order_paid；或 {"column":"状态","values":{"已付款":"order_paid","已关闭":null}}，null 的行忽略。',
      en: 'The type of event, such as order_paid; or {"column", "values": {"<cell>": type}}, null for rows to ignore.',
    },
    id: {
      zh: '唯一确定一行的列，按顺序以冒号相连；不填则取整行的哈希，内容相同的两行算一个事件。',
      en:
        'Columns that tell a row from all others, joined by colons; else a hash of the row: equal rows are ' +
        'one event.',
    },
    time: {
      zh:
        '{"column":"下单时间"}，可加 format（auto、local、epoch_s、epoch_ms、dmy、mdy）与 timeZone；或 {"at":"received"}、' +
        '{"at":"2026-03-01T00:00:00+08:00"}。',
      en:
        '{"column"} with format (auto, local, epoch_s, epoch_ms, dmy, mdy) and timeZone; or {"at": ' +
        '"received"}, or {"at": RFC 3339}.',
    },
    identifiers: {
      zh:
        '[{"kind":"mobile","column":"手机号"},{"kind":"member_card","scope":"品牌","column":"卡号",' +
        '"verified":true}]；空单元格不产生标识。',
      en: '[{"kind", "scope"?, "column", "verified"?}]; an empty cell makes none.',
    },
    traits: {
      zh: '画像字段到列，如 {"name":"姓名","city":"城市"}；gender 认男/女，birthday 认各种日期写法。',
      en: 'Traits to columns, such as {"name": "姓名"}; gender takes 男 and 女, birthday the usual ways to write a date.',
    },
    order: {
      zh:
        '{"id","total","currency"（默认 CNY）,"unit"（yuan 或 fen）,"discount","store","original_id",' +
        '"items":{"list"?,"sku","name","quantity","price"}}，值都是列名。',
      en:
        '{"id", "total", "currency" (CNY), "unit" (yuan or fen), "discount", "store", "original_id", ' +
        '"items"}; all but currency and unit name columns.',
    },
    consent: {
      zh: '{"purpose","channel"?,"state","evidence"?}；state 为 granted、withdrawn，或 {"column","values"}。',
      en: '{"purpose", "channel"?, "state", "evidence"?}; state is granted, withdrawn, or {"column", "values"}.',
    },
    properties: { zh: '事件属性到列，如 {"活动":"campaign_name"}。', en: 'Properties of the event to columns.' },
    rest: {
      zh: 'keep（默认）：其余各列以原列名存为属性；drop：不存。',
      en: 'keep (if not said): all other columns become properties under their own names; drop: they do not.',
    },
    queryable: {
      zh: '可用于筛选的属性名；其余属性加密保存。',
      en: 'Names of properties that conditions may ask for; all others are encrypted.',
    },
    maxAge: { zh: '文件没有签名，此项不起作用。', en: 'Files bear no signature: this does nothing.' },
  },
  tells: [{ sent: '一行 a row', becomes: 'type' }],
  joins: [
    {
      kind: '*',
      scope: 'scope',
      from: 'identifiers[].column',
      worth: {
        zh: '以声明的类型为准；verified 只用于来源确已验证过的号码。',
        en: 'As the kind declared is; verified is for values that the system has really checked.',
      },
    },
  ],
};
