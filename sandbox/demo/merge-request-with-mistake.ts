import type { Environment } from '../environment/start-environment.ts';
import { ADA } from './demo-environment.ts';
import { AVERAGE } from './repositories.ts';

const PROJECT = 'group/greetings';
const BRANCH = 'average';

/** Opens the merge request of a person, with a mistake in it for the review to find. Resolves its number. */
export async function openMergeRequestWithMistake({ gitlab }: Pick<Environment, 'gitlab'>): Promise<number> {
  const ada = gitlab.as(ADA.username);
  await ada.push(PROJECT, { branch: BRANCH, files: AVERAGE, message: 'Add average' });
  const { iid } = await ada.openMergeRequest(PROJECT, {
    sourceBranch: BRANCH,
    title: 'Add average',
    description: 'The mean of a list.',
  });
  return iid;
}
