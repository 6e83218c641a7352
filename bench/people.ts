import { seeded } from './population.ts';

/**
 * Records of people with truth: a fifth of them damaged copies of others, as shops, tills and forms damage them. The
 * same seed gives the same records. Nobody in it is anybody.
 */
export type PersonRecord = {
  person: number;
  name: string;
  birthday: string;
  mobile: string;
  city: string;
  email: string;
};
export type PeopleOptions = {
  records: number;
  seed: number;
  /** Share of the people who use another's mobile. */
  sharing: number;
};

const SURNAMES =
  '王:wang:71 李:li:70 张:zhang:68 刘:liu:54 陈:chen:45 杨:yang:31 黄:huang:22 赵:zhao:21 吴:wu:20 周:zhou:19 ' +
  '徐:xu:15 孙:sun:14 马:ma:13 朱:zhu:13 胡:hu:12 郭:guo:11 何:he:11 林:lin:11 高:gao:10 罗:luo:10 郑:zheng:9 ' +
  '梁:liang:9 谢:xie:8 宋:song:8 唐:tang:7 许:xu:7 韩:han:6 邓:deng:6 冯:feng:6 曹:cao:6 彭:peng:6 曾:zeng:5 ' +
  '肖:xiao:5 田:tian:5 董:dong:5 潘:pan:4 袁:yuan:4 蔡:cai:4 蒋:jiang:4 余:yu:4 于:yu:4 杜:du:4 叶:ye:4 程:cheng:4 ' +
  '魏:wei:4 苏:su:4 吕:lv:4 丁:ding:4 任:ren:4 卢:lu:4 姚:yao:3 沈:shen:3 钟:zhong:3 姜:jiang:3 崔:cui:3 谭:tan:3 ' +
  '陆:lu:3 范:fan:3 汪:wang:3 廖:liao:3 石:shi:2 金:jin:2 韦:wei:2 贾:jia:2 夏:xia:2 付:fu:2 方:fang:2 邹:zou:2 ' +
  '熊:xiong:2 白:bai:2 孟:meng:2 秦:qin:2 邱:qiu:2 侯:hou:2 江:jiang:2 尹:yin:2 薛:xue:2 闫:yan:2 雷:lei:2 龙:long:2 ' +
  '欧阳:ouyang:1 司马:sima:1 诸葛:zhuge:1 上官:shangguan:1';
const GIVEN =
  '伟:wei 芳:fang 娜:na 敏:min 静:jing 丽:li 强:qiang 磊:lei 军:jun 洋:yang 勇:yong 艳:yan 杰:jie 娟:juan 涛:tao ' +
  '明:ming 超:chao 秀:xiu 霞:xia 平:ping 刚:gang 桂:gui 英:ying 华:hua 玉:yu 萍:ping 红:hong 建:jian 文:wen 志:zhi ' +
  '国:guo 海:hai 晓:xiao 春:chun 梅:mei 兰:lan 云:yun 林:lin 辉:hui 鹏:peng 宇:yu 浩:hao 博:bo 俊:jun 子:zi 雨:yu ' +
  '欣:xin 怡:yi 佳:jia 思:si 梦:meng 婷:ting 雪:xue 琳:lin 慧:hui 颖:ying 倩:qian 丹:dan 凯:kai 龙:long 飞:fei 斌:bin ' +
  '波:bo 峰:feng 帆:fan 帅:shuai 旭:xu 阳:yang 晨:chen 昊:hao 轩:xuan 泽:ze 嘉:jia 诗:shi 涵:han 梓:zi 萱:xuan 一:yi ' +
  '诺:nuo 远:yuan 康:kang 瑞:rui 睿:rui 航:hang 翔:xiang 鑫:xin 森:sen 清:qing 安:an 宁:ning 爱:ai 珍:zhen 凤:feng ' +
  '素:su 琴:qin 淑:shu 荣:rong 福:fu 永:yong 成:cheng 德:de 光:guang 正:zheng 新:xin 亮:liang 东:dong 南:nan 方:fang';
const CITIES =
  '上海市 北京市 深圳市 广州市 成都市 杭州市 重庆市 武汉市 西安市 苏州市 天津市 南京市 长沙市 郑州市 东莞市 青岛市 沈阳市 ' +
  '宁波市 昆明市 合肥市 佛山市 福州市 厦门市 无锡市 济南市 大连市 哈尔滨市 温州市 石家庄市 泉州市 南宁市 长春市 贵阳市 常州市';
const MAIL = ['qq.com', '163.com', '126.com', 'sina.com', 'gmail.com', 'outlook.com', 'foxmail.com', 'example.cn'];
const HEADS =
  '130 131 132 133 135 136 137 138 139 150 151 152 157 158 159 177 178 180 182 185 186 187 188 189 198'.split(' ');

type Word = { han: string; letters: string };
type Identity = Omit<PersonRecord, 'name'> & { surname: Word; given: Word[] };
type Random = { next(): number; below(count: number): number; chance(share: number): boolean };

const surnames = SURNAMES.split(' ').flatMap((text): Word[] => {
  const [han = '', letters = '', weight = '1'] = text.split(':');
  return Array.from({ length: Number(weight) }, () => ({ han, letters }));
});
const given = GIVEN.split(' ').map((text): Word => {
  const [han = '', letters = ''] = text.split(':');
  return { han, letters };
});
const cities = CITIES.split(' ');

const draws = (seed: number): Random => {
  const next = seeded(seed);
  return { next, below: (count) => Math.floor(next() * count), chance: (share) => next() < share };
};
const pick = <T>(random: Random, from: readonly T[], skew = 1): T => {
  const found = from[Math.floor(random.next() ** skew * from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};
const two = (value: number): string => value.toString().padStart(2, '0');
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('');

const newMobile = (random: Random): string => pick(random, HEADS) + digits(random, 8);
const newBirthday = (random: Random): string => {
  const year = 1945 + Math.floor((random.next() + random.next()) * 32);
  return `${year}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
};

function newEmail(random: Random, one: Pick<Identity, 'surname' | 'given' | 'birthday'>): string {
  const spoken = one.given.map(({ letters }) => letters).join('');
  const style = random.below(4);
  const local =
    style === 0
      ? digits(random, 9)
      : style === 1
        ? one.surname.letters + spoken + one.birthday.slice(2, 4)
        : style === 2
          ? `${spoken}.${one.surname.letters}${digits(random, 3)}`
          : one.surname.letters + digits(random, 5);
  return `${local}@${pick(random, MAIL, 1.6)}`;
}

function newPerson(random: Random, person: number): Identity {
  const surname = pick(random, surnames);
  const names = Array.from({ length: random.chance(0.2) ? 1 : 2 }, () => pick(random, given, 1.5));
  const birthday = newBirthday(random);
  const base = { person, surname, given: names, birthday, mobile: newMobile(random), city: pick(random, cities, 1.5) };
  return { ...base, email: newEmail(random, base) };
}

const hanName = ({ surname, given: names }: Identity): string => surname.han + names.map(({ han }) => han).join('');
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** A record as it was taken down well: some things are never asked for. */
function record(random: Random, one: Identity): PersonRecord {
  return {
    person: one.person,
    name: hanName(one),
    birthday: random.chance(0.15) ? '' : one.birthday,
    mobile: random.chance(0.1) ? '' : one.mobile,
    city: random.chance(0.1) ? '' : one.city,
    email: random.chance(0.4) ? '' : one.email,
  };
}

function damaged(random: Random, one: Identity): PersonRecord {
  const whole = record(random, one);
  return {
    person: one.person,
    name: damagedName(random, one),
    birthday: random.chance(0.12) ? damagedDate(random, whole.birthday) : whole.birthday,
    mobile: random.chance(0.25) ? damagedMobile(random, whole.mobile) : whole.mobile,
    city: random.chance(0.15) ? pick(random, cities, 1.5) : whole.city,
    email: random.chance(0.3) ? damagedEmail(random, one, whole.email) : whole.email,
  };
}

function damagedName(random: Random, one: Identity): string {
  const spoken = one.given.map(({ letters }) => letters).join('');
  const draw = random.next();
  if (draw < 0.08) return `${capital(spoken)} ${capital(one.surname.letters)}`;
  if (draw < 0.12) return `${capital(one.surname.letters)} ${capital(spoken)}`;
  if (draw < 0.2) {
    // A homophone, as a name sounds at a till, else another character.
    const at = random.below(one.given.length);
    const sound = one.given[at]?.letters;
    const alike = given.filter(({ letters }) => letters === sound);
    const other = pick(random, alike.length > 1 ? alike : given);
    return hanName({ ...one, given: one.given.map((word, index) => (index === at ? other : word)) });
  }
  if (draw < 0.24) return hanName(one).slice(0, -1);
  if (draw < 0.28) return `${one.surname.han}${random.chance(0.5) ? '先生' : '女士'}`;
  if (draw < 0.32) return '';
  return hanName(one);
}

function damagedDate(random: Random, date: string): string {
  if (date === '') return '';
  const [year = '', month = '', day = ''] = date.split('-');
  if (random.chance(0.25) && Number(day) <= 12) return [year, day, month].join('-');
  if (random.chance(0.3)) return `${year}-01-01`;
  const shifted = 1 + ((Number(day) + random.below(27)) % 28);
  return random.chance(0.5) ? [year, month, two(shifted)].join('-') : `${Number(year) + 1}-${month}-${day}`;
}

function damagedMobile(random: Random, mobile: string): string {
  if (mobile === '' || random.chance(0.4)) return random.chance(0.5) ? '' : newMobile(random);
  const at = 3 + random.below(7);
  const [a = '', b = ''] = mobile.slice(at, at + 2);
  const typo = random.chance(0.5) ? b + a : `${random.below(10)}${b}`;
  return mobile.slice(0, at) + typo + mobile.slice(at + 2);
}

function damagedEmail(random: Random, one: Identity, email: string): string {
  if (email === '' || random.chance(0.4)) return newEmail(random, one);
  const [local = '', domain = ''] = email.split('@');
  if (random.chance(0.4)) return `${local}@${pick(random, MAIL)}`;
  const at = random.below(local.length);
  return `${local.slice(0, at)}${local.slice(at + 1)}@${domain}`;
}

/** `records` of them, a fifth damaged copies, in random order. */
export function makePeople({ records, seed, sharing }: PeopleOptions): PersonRecord[] {
  const random = draws(seed);
  const count = Math.round(records * 0.8);
  const people = Array.from({ length: count }, (_, person) => newPerson(random, person));
  const taken = new Set<string>();
  for (const one of people) {
    // No two people have one address: whoever comes later has to add something.
    while (taken.has(one.email)) one.email = one.email.replace('@', `${random.below(10)}@`);
    taken.add(one.email);
  }
  for (const one of people) if (random.chance(sharing)) one.mobile = pick(random, people).mobile;
  const made = people.map((one) => record(random, one));
  while (made.length < records) made.push(damaged(random, pick(random, people)));
  for (let at = made.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    const [a, b] = [made[at], made[other]];
    if (a && b) [made[at], made[other]] = [b, a];
  }
  return made;
}
