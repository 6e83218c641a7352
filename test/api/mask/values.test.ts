import { describe, expect, it } from 'vitest';
import {
  maskAddress,
  maskBirthday,
  maskCard,
  maskEmail,
  maskIdentifier,
  maskName,
  maskPhone,
  maskText,
  maskTrait,
} from '../../../api/mask.ts';

describe('numbers', () => {
  it.each([
    ['+8613900001234', '+86139****1234'],
    ['13900001234', '139****1234'],
    ['+85251234567', '+852****4567'],
    ['+12025550123', '+120****0123'],
    ['+4915112345678', '+49151****5678'],
    ['+881512345678', '+8815****5678'],
    ['+861012345678', '+8610****5678'],
    ['010-12345678', '****5678'],
    ['12345', '****5'],
    ['1234', '****'],
    ['', '****'],
    ['垃圾', '****'],
  ])('%s to %s', (clear, shown) => expect(maskPhone(clear)).toBe(shown));

  it('never leave fewer than four characters hidden', () => {
    for (let length = 1; length <= 15; length += 1) {
      const digits = '987654321012345'.slice(0, length);
      for (const value of [digits, `+${digits}`]) {
        const kept = maskPhone(value).replace(/\D/g, '').length;
        expect(kept).toBeLessThanOrEqual(Math.max(0, length - 4));
      }
      expect(maskCard(digits).replaceAll('*', '').length).toBeLessThanOrEqual(Math.max(0, length - 4));
    }
  });
});

describe('other values', () => {
  it.each([
    [maskEmail, 'siyuan@example.cn', 's***@example.cn'],
    [maskEmail, '𠮷田@example.cn', '𠮷***@example.cn'],
    [maskEmail, 'a@b@example.cn', 'a***@example.cn'],
    [maskEmail, '@example.cn', '***'],
    [maskEmail, 'no mail', '***'],
    [maskCard, '0000008901', '****8901'],
    [maskCard, '12345', '****5'],
    [maskCard, '901', '****'],
    [maskName, '陈思远', '陈**'],
    [maskName, '𠮷田', '𠮷**'],
    [maskName, ' Siyuan Chen', 'S**'],
    [maskName, '', '**'],
    [maskBirthday, '1990-05-12', '1990-**-**'],
    [maskBirthday, '--05-12', '--**-**'],
    [maskBirthday, '12 May 1990', '***'],
  ])('%o %s to %s', (mask, clear, shown) => expect(mask(clear)).toBe(shown));

  it.each([
    ['北京市朝阳区建国路88号', '北京市朝阳区***'],
    ['广东省深圳市南山区科技园1栋', '广东省深圳市南山区***'],
    ['浙江杭州市西湖区', '浙江杭州市西湖区'],
    ['上海浦东新区世纪大道100号', '上海浦东新区***'],
    ['新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路', '新疆维吾尔自治区伊犁哈萨克自治州伊宁市***'],
    ['北京幸福花园小区8号', '北京***'],
    ['北京朝阳路幸福区8号', '北京***'],
    ['江苏省 苏州市 昆山市 人民路', '江苏省 苏州市 昆山市***'],
    ['朝阳区建国路88号', '***'],
    ['221B Baker Street', '***'],
  ])('the address %s to %s', (clear, shown) => expect(maskAddress(clear)).toBe(shown));

  it('texts lose what reads like a number or mail, and nothing else', () => {
    expect(maskText('致电 139 0000 1234 或 a.b@example.cn，谢谢')).toBe('致电 *** 或 ***，谢谢');
    expect(maskText('order 20260301, row 3')).toBe('order ***, row 3');
    expect(maskText('身份证 11010519491231002X')).toBe('身份证 ***');
    expect(maskText('level 3 of 5')).toBe('level 3 of 5');
  });
});

describe('identifiers by kind', () => {
  it.each([
    ['mobile', '+8613900001234', '+86139****1234'],
    ['remark_mobile', '+8613900001234', '+86139****1234'],
    ['virtual_mobile', '18400001234-5678', '****5678'],
    ['landline', '+861012345678', '+8610****5678'],
    ['member_card', 'M0000008901', '****8901'],
    ['wechat_openid', 'oOpenIdOfNobody0001', 'oOpenIdOfNobody0001'],
    ['weibo_uid', '13900001234', '13900001234'],
    ['hashed_mobile', '0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcdef'],
    ['cipher', '$abc$', '$abc$'],
    ['masked_mobile', '139****1234', '139****1234'],
    ['user_id', 'u17', 'u17'],
    ['user_id', '13900001234', '139****1234'],
    ['x_crm', 'siyuan@example.cn', 's***@example.cn'],
    ['constructor', 'x', 'x'],
  ])('%s %s to %s', (kind, clear, shown) => expect(maskIdentifier(kind, clear)).toBe(shown));
});

describe('traits by name', () => {
  it.each([
    ['name', '陈思远', '陈**'],
    ['nickname', '思远', '思**'],
    ['mobile', '13900001234', '139****1234'],
    ['mobile', 13900001234, '139****1234'],
    ['birth_month_day', '05-12', '**-**'],
    ['city', '北京市', '北京市'],
    ['points', 12345678, 12345678],
    ['points', '12345678', '12345678'],
    ['birth_year', 1990, 1990],
    ['shoe_size', 42, 42],
    ['vip', true, true],
    ['contact', 13900001234, '***'],
    ['id_card', '11010519491231002X', '***'],
    ['colour', '红', '红'],
    ['__proto__', '13900001234', '***'],
    ['name', null, null],
  ])('%s %o to %o', (name, clear, shown) => expect(maskTrait(name, clear)).toBe(shown));
});
