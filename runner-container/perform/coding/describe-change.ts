import type { JudgedCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import { wordOfType } from '../../../shared/domain/mapping/type-words.ts';
import {
  type CarriedPlan,
  formatMergeRequestDescription,
  type MergeRequestText,
} from '../../../shared/domain/messages/format-merge-request.ts';
import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import type { CodingInput } from './coding-run.ts';
import type { HouseConventions } from './read-conventions.ts';

/** What a merge request says of the work of a run. */
export interface MergeRequestContent {
  summary: string;
  plan?: string;
  carriedPlan?: CarriedPlan;
  criteria?: JudgedCriteria;
  checks: string[];
  runId: string;
  /** Absent: the repository was not asked. */
  conventions?: HouseConventions;
}

export interface DescribeOptions {
  /** Masks credentials in texts of the ticket and of an earlier commit, before they are cut. */
  maskWritten: (text: string) => string;
  /** Stand beside the checks. */
  remarks?: readonly string[];
  reworks?: MergeRequestText['reworks'];
}

/** The description of a merge request in the form of the binding, and what its title is made of. */
export function describeChange(
  { issue, binding }: Pick<CodingInput, 'issue' | 'binding'>,
  { conventions, ...said }: MergeRequestContent,
  { maskWritten, remarks = [], reworks }: DescribeOptions,
): { text: MergeRequestText; description: string } {
  const text = mapTexts(
    {
      issueKey: issue.key,
      issueSummary: issue.summary,
      issueUrl: issue.url,
      typeWord: wordOfType(binding.typeWords, issue.details?.type),
      ...said,
      checks: [...said.checks, ...remarks, ...(conventions?.remarks ?? [])],
      ...(reworks ? { reworks } : {}),
    },
    maskWritten,
  );
  const template = conventions?.template === undefined ? undefined : maskWritten(conventions.template);
  return { text, description: formatMergeRequestDescription(text, template) };
}
