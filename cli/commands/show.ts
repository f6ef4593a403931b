import { z } from 'zod';

import type { Binding, Trigger } from '../../shared/mapping/binding.ts';
import { DEFAULT_CREDENTIAL_REF } from '../../shared/mapping/credential-names.ts';
import { parseMapping } from '../../shared/mapping/parse-mapping.ts';
import { toRuntimeBinding } from '../../shared/mapping/runtime-mapping.ts';
import { formatTable } from '../format-table.ts';
import type { CliIO } from '../io.ts';
import { printProblems } from '../print-problems.ts';
import { readInput } from '../read-input.ts';

export const ShowOptions = z.object({ path: z.string(), json: z.boolean().default(false) });
export type ShowOptions = z.infer<typeof ShowOptions>;

/** Prints one line per binding, with everything filled in from the defaults. */
export async function show({ path, json }: ShowOptions, io: CliIO): Promise<number> {
  const mapping = parseMapping(await readInput(path, io));
  if ('problems' in mapping) {
    if (json) io.print(JSON.stringify({ ok: false, path, problems: mapping.problems }, null, 2));
    else printProblems(path, mapping.problems, io);
    return 1;
  }

  const { bindings } = mapping;
  if (json) {
    const rows = bindings.map((binding) => ({ jira_project: binding.jiraProject, ...toRuntimeBinding(binding) }));
    io.print(JSON.stringify({ ok: true, path, bindings: rows }, null, 2));
    return 0;
  }
  io.print(formatTable(['JIRA', 'REPO', 'BRANCH', 'CREDENTIAL', 'TRIGGER', 'REVIEW'], bindings.map(toRow), io));
  return 0;
}

function toRow(binding: Binding): string[] {
  const { credentialRef } = binding;
  return [
    binding.jiraProject,
    binding.repo,
    binding.targetBranch,
    credentialRef === DEFAULT_CREDENTIAL_REF ? credentialRef : `named: ${credentialRef}`,
    formatTrigger(binding.trigger),
    binding.review.enabled ? 'on' : 'off',
  ];
}

function formatTrigger(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'status':
      return `status ${trigger.status}`;
    case 'assignee':
      return `assignee ${trigger.accountId}`;
    case 'label':
      return `label ${trigger.label}`;
  }
}
