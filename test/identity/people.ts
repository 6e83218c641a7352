/** Identifiers of made-up people, as callers write them. */
type Written = { kind: string; scope?: string; value: string; verified?: boolean };

export const mobile = (value: string, verified = false): Written => ({ kind: 'mobile', value, verified });
export const card = (value: string): Written => ({ kind: 'member_card', scope: 'brand', value });
export const openid = (value: string): Written => ({ kind: 'wechat_openid', scope: 'wx1', value });
export const unionid = (value: string): Written => ({ kind: 'wechat_unionid', scope: 'platform', value });
export const email = (value: string, verified = false): Written => ({ kind: 'email', value, verified });
