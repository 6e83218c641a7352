import { describe, expect, it } from 'vitest';
import { type Line, told } from './story.ts';

/** Names of several who have one number: whose name stands against whose. */
const M = '13700004321';
const registered = (day: number, bears: string, name: string): Line => ({ day, bears, name, type: 'member_updated' });

describe('names of several under one number', () => {
  it('a title that a family shares outweighs no names that differ', () => {
    const end = told([
      registered(0, `brand/1 ${M}`, '赵涛军'),
      registered(1, 'brand/1', '赵女士'),
      registered(2, 'brand/2', '趙洋萍'),
      registered(3, `brand/2 ${M}`, '赵女士'),
    ]);
    expect(end.whose).toBe('AABB');
    expect(end.held).toEqual(['names_differ']);
  });

  it('a title alone still keeps nobody apart who is called so twice', () => {
    expect(told([registered(0, `brand/1 ${M}`, '赵女士'), registered(1, `brand/2 ${M}`, '赵女士')]).whose).toBe('AA');
  });

  it('who differs from one of them is not joined because another agrees', () => {
    const end = told([
      registered(0, `brand/1 ${M}`, 'Weichao Li'),
      registered(1, `brand/2 ${M}`, '李洋洋'),
      registered(2, `user_id:3 ${M}`, '李伟超'),
    ]);
    expect(end.whose).toBe('AAB');
    expect(end.held).toEqual(['names_differ']);
  });

  it('one who is known by two names is joined to either', () => {
    const known = [registered(0, `brand/1 ${M}`, '陈思远'), registered(1, 'brand/1', '王思远')];
    expect(told([...known, registered(2, `user_id:3 ${M}`, '王思远')]).whose).toBe('AAA');
    expect(told([...known, registered(2, `user_id:3 ${M}`, '李伟超')]).whose).toBe('AAB');
  });
});
