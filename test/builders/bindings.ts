import type { Binding } from '../../shared/domain/mapping/binding.ts';
import type { BindingSource } from '../../shared/domain/mapping/source/mapping-source.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';

/** A binding of PROJ to group/app with every default. */
export function aBinding(source: Partial<BindingSource> = {}): Binding {
  return resolveBinding({ jira_project: 'PROJ', repo: 'group/app', ...source });
}
