import { seeded } from './population.ts';

/**
 * A sales file as tills write it: some three lines a receipt, one after the other, with the quirks that spreadsheets
 * and tills leave in a few of a hundred. The same seed makes the same file.
 */
const HEAD = '小票号,门店编码,销售时间,会员卡号,手机号,姓名,商品编码,商品名称,数量,单价,金额,原小票号\n';
const GOODS = ['纯棉T恤', '羽绒服', '针织衫', '牛仔裤', '连衣裙', '运动鞋', '帆布包', '围巾'];
const NAMES = ['陈思远', '李静', '王建国', '赵敏', '孙丽', '周涛', '吴秀英', '郑凯'];
const PIECE_LINES = 2_000;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2025, 0, 1);

export type SalesOptions = { lines: number; seed: number; people: number };

/** Pieces of the file as text; `lines` data rows in all. */
export function* salesFile({ lines, seed, people }: SalesOptions): Generator<string> {
  const random = seeded(seed);
  const pick = (below: number): number => Math.floor(random() * below);
  yield HEAD;
  let piece: string[] = [];
  let told = 0;
  for (let receipt = 1; told < lines; receipt++) {
    for (const line of receiptLines(receipt, Math.min(1 + pick(5), lines - told), people, pick)) {
      piece.push(line);
      told++;
    }
    if (piece.length < PIECE_LINES) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

type Pick = (below: number) => number;

function receiptLines(receipt: number, count: number, people: number, pick: Pick): string[] {
  const store = `BJ${(1 + (receipt % 40)).toString().padStart(3, '0')}`;
  const number = `${store}-${receipt.toString().padStart(9, '0')}`;
  const time = timeText(FIRST_DAY + Math.floor(receipt / 900) * DAY_MS + (8 * 3600 + pick(13 * 3600)) * 1000, pick);
  const person = pick(people);
  const member = person % 10 < 6;
  const card = member ? cardText(`880${person.toString().padStart(13, '0')}`, pick) : '';
  const mobile = person % 10 < 5 || person % 10 === 9 ? mobileText(person, pick) : '';
  const name = member && mobile !== '' ? (NAMES[person % NAMES.length] ?? '') : '';
  return Array.from({ length: count }, () => {
    if (pick(2_000) === 0) return `合计,,,,,,,,,,${amountText(pick(9_000_000), pick)},\n`;
    const at = pick(GOODS.length * 40);
    const price = 1_900 + at * 731;
    const quantity = pick(60) === 0 ? -1 : 1 + pick(3);
    const goods = `SKU${at.toString().padStart(4, '0')},${GOODS[at % GOODS.length]}`;
    const amount = amountText(price * quantity, pick);
    const original = quantity < 0 && receipt > 50 ? `${store}-${(receipt - 40).toString().padStart(9, '0')}` : '';
    const when = pick(500) === 0 ? 'yesterday' : time;
    const who = `${card},${mobile},${name}`;
    return `${number},${store},${when},${who},${goods},${quantity},${yuan(price)},${amount},${original}\n`;
  });
}

const two = (value: number): string => value.toString().padStart(2, '0');
const yuan = (fen: number): string =>
  `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${two(Math.abs(fen) % 100)}`;

function timeText(ms: number, pick: Pick): string {
  const at = new Date(ms);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return pick(30) === 0 ? `${year}/${month}/${day} ${clock}` : `${year}-${two(month)}-${two(day)} ${clock}:00`;
}

function amountText(fen: number, pick: Pick): string {
  const text = yuan(fen);
  if (pick(40) !== 0 || fen < 100_000) return text;
  return `"${text.replace(/\B(?=(\d{3})+\.)/g, ',')}"`;
}

function cardText(card: string, pick: Pick): string {
  const quirk = pick(40);
  return quirk === 0 ? `\t${card}` : quirk === 1 ? `="${card}"` : card;
}

function mobileText(person: number, pick: Pick): string {
  const mobile = `139${(10_000_000 + ((person * 7_919) % 89_999_999)).toString().slice(0, 8)}`;
  const quirk = pick(60);
  return quirk === 0 ? `${mobile}.0` : quirk === 1 ? '1.39E+10' : mobile;
}
