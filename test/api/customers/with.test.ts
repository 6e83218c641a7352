import { expect, it } from 'vitest';
import { readWith } from '../../../api/with.ts';

const ORDER = { kind: 'order', scope: 'youzan:main', value: 'E20260301:7' };

it.each([
  ['/x?with=abc_-1', 'abc_-1'],
  ['/x?a=1&with=abc&b=2', 'abc'],
  ['/x?with=order:youzan%3Amain:E20260301%3A7', ORDER],
  ['/x?with=order:youzan%3Amain:E20260301:7', ORDER],
  ['/x?with=order%3Ayouzan%253Amain%3AE20260301%253A7', ORDER],
  ['/x?with=mobile::+8613900001234', { kind: 'mobile', scope: null, value: '+8613900001234' }],
  ['/x?with=mobile%3A%3A+8613900001234', { kind: 'mobile', scope: null, value: ' 8613900001234' }],
  ['/x?with=user_id::%E9%99%88', { kind: 'user_id', scope: null, value: '陈' }],
])('%s', (url, other) => expect(readWith(url)).toEqual(other));
