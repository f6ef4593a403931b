import { makeChange, type ReleaseParts } from './make-change.ts';

export const API = 'shop/api';

/** A project that squashes: a pipeline that failed and is waived, a moved issue, an approval after the deployment. */
export async function playApi(parts: ReleaseParts): Promise<void> {
  const { gitlab, clock } = parts;
  await gitlab.as('carol').tag(API, 'v2.3.0', 'main');
  await makeChange(parts, {
    path: API,
    branch: 'SHOP-1-endpoint',
    title: 'SHOP-1: Give prices with tax',
    messages: ['SHOP-1: Give prices with tax', 'SHOP-1: Test the border cases'],
    targetPipeline: 'failed',
  });
  await makeChange(parts, { path: API, branch: 'PAY-1-refunds', title: 'PAY-1: Refund by instalments' });
  await makeChange(parts, {
    path: API,
    branch: 'SHOP-8-limits',
    title: 'SHOP-8: Limit requests per customer',
    approvedLate: true,
  });
  clock.set('2026-11-20T09:00:00Z');
  gitlab.as('carol').deploy(API, { environment: 'production', ref: 'main' });
}
