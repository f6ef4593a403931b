import { makeChange, type ReleaseParts } from './make-change.ts';

export const WEB = 'shop/web';
export const RELEASE_BRANCH = 'release-2.4';

/** A project with merge commits, released from a branch of its own: back-ports, a missing one, and a missing revert. */
export async function playWeb(parts: ReleaseParts): Promise<void> {
  const { gitlab, clock } = parts;
  const carol = gitlab.as('carol');
  await carol.tag(WEB, 'v2.3.0', 'main');
  await makeChange(parts, { path: WEB, branch: 'SHOP-1-tax', title: 'SHOP-1: Show prices with tax' });
  await makeChange(parts, {
    path: WEB,
    branch: 'SHOP-2-basket',
    title: 'SHOP-2: Keep the basket for a week',
    approvers: ['ada'],
  });
  await makeChange(parts, {
    path: WEB,
    branch: 'cmap/SHOP-3',
    title: 'SHOP-3: Sort search results by price',
    messages: ['SHOP-3: Sort search results by price\n\nCmap-Run: run-7f3a'],
    author: 'cmap',
    approvers: ['bob'],
  });
  await makeChange(parts, { path: WEB, branch: 'SHOP-4-teaser', title: 'SHOP-4: Show a teaser on the first page' });
  await gitlab.project(WEB).repository.setBranch(RELEASE_BRANCH, gitlab.project(WEB).repository.branches.get('main'));
  await gitlab.project(WEB).repository.refresh();

  const [teaser] = await gitlab.log(WEB, 'main');
  clock.set('2026-11-17T08:00:00Z');
  await makeChange(parts, {
    path: WEB,
    branch: 'revert-teaser',
    title: 'Revert "SHOP-4: Show a teaser on the first page"',
    messages: [
      `Revert "Merge branch 'SHOP-4-teaser' into 'main'"\n\nThis reverts commit ${teaser?.sha}, reversing changes made to the branch.`,
    ],
  });
  await makeChange(parts, { path: WEB, branch: 'SHOP-5-vat', title: 'SHOP-5: Round VAT per line' });
  await makeChange(parts, { path: WEB, branch: 'SHOP-6-rounding', title: 'SHOP-6: Fix the rounding of totals' });
  const fix = (await gitlab.log(WEB, 'main')).find(({ subject }) => subject === 'SHOP-6: Fix the rounding of totals');
  await makeChange(parts, {
    path: WEB,
    branch: 'pick-SHOP-6',
    target: RELEASE_BRANCH,
    title: 'SHOP-6: Fix the rounding of totals',
    messages: [`SHOP-6: Fix the rounding of totals\n\n(cherry picked from commit ${fix?.sha})`],
  });
  clock.set('2026-11-20T08:00:00Z');
  carol.deploy(WEB, { environment: 'production', ref: RELEASE_BRANCH });
}
