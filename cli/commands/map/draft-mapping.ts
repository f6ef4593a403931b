import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { toAlias } from '../../../shared/domain/mapping/credential-names.ts';
import { parseWithoutFiles } from '../../../shared/domain/mapping/source/parse-mapping.ts';
import { mergeIntoSource, type NewBinding, writeSource } from '../../../shared/domain/mapping/source/write-source.ts';
import { UsageError } from '../../arguments/usage-error.ts';

/**
 * The text of the mapping file with a binding in it. A value that the defaults give anyway is not written down.
 *
 * @throws {UsageError} when the binding does not go together with the rest of the file
 */
export function draftMapping(before: string | undefined, choice: NewBinding): { text: string; binding: Binding } {
  const { jira_project, repo } = choice;
  const named = { ...(jira_project === undefined ? {} : { jira_project }), repo };
  const bare = parseOne(write(before, named), named);
  const text = write(before, {
    ...named,
    ...(choice.target_branch === undefined || choice.target_branch === bare.targetBranch
      ? {}
      : { target_branch: choice.target_branch }),
    ...(choice.credential_ref === undefined || toAlias(choice.credential_ref) === bare.credentialRef
      ? {}
      : { credential_ref: choice.credential_ref }),
  });
  return { text, binding: parseOne(text, named) };
}

function write(before: string | undefined, binding: NewBinding): string {
  return before === undefined ? writeSource(binding) : mergeIntoSource(before, binding);
}

function parseOne(text: string, { jira_project, repo }: Pick<NewBinding, 'jira_project' | 'repo'>): Binding {
  const mapping = parseWithoutFiles(text);
  if ('problems' in mapping) throw new UsageError(mapping.problems[0]?.message ?? 'the binding does not fit the file');
  const name = jira_project ?? repo;
  const [binding] = createBindings(mapping.bindings).ofName(name);
  if (!binding) throw new UsageError(`${name} cannot be written into this file`);
  return binding;
}
