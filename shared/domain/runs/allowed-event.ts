import { withoutUndefined } from '../../kernel/without-undefined.ts';
import { findListed, toListedFields } from './listed-fields.ts';
import { AllowedFile } from './refused-work.ts';
import type { RunEvent } from './run.ts';

/** What a person lets pass in one run. */
export interface Allowance {
  /** The run whose work was refused. */
  run: string;
  files: AllowedFile[];
  /** The person as the service knows them that the word was said in. */
  by: string;
  account: string;
  service: 'jira' | 'gitlab';
  /** The maintainer in GitLab. */
  maintainer: string;
  /** The id of the comment or note. */
  comment: string;
  /** When it was written, in milliseconds. */
  saidAt: number;
}

/** The stage by which a run records it. */
export const ALLOWED = 'allowed';

const MAX_NAME_LENGTH = 200;

/** The fields of the stage `allowed`, which `findAllowance` reads. */
export function toAllowedFields({ files, by, ...allowance }: Allowance): Record<string, string | number> {
  return { ...allowance, by: by.slice(0, MAX_NAME_LENGTH), ...toListedFields(files).fields };
}

/** What a run was allowed; `undefined` where a person has allowed it nothing. */
export function findAllowance(events: readonly Pick<RunEvent, 'name' | 'fields'>[]): Allowance | undefined {
  const fields = events.findLast(({ name }) => name === ALLOWED)?.fields;
  if (!fields) return undefined;
  const { run, by, account, service, maintainer, comment, saidAt } = fields;
  if (typeof run !== 'string' || typeof saidAt !== 'number') return undefined;
  return {
    run,
    files: findListed(fields, AllowedFile).map(withoutUndefined),
    by: String(by ?? account),
    account: String(account),
    service: service === 'gitlab' ? 'gitlab' : 'jira',
    maintainer: String(maintainer),
    comment: String(comment),
    saidAt,
  };
}
