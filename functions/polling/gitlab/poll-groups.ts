import { type Binding, hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import { toAlias } from '../../../shared/domain/mapping/credential-names.ts';
import type { QuarantineReason, RegistryEntry } from '../../../shared/services/projects/registry-entry.ts';

/** Repositories that are asked for together: one credential and one top-level group or personal namespace. */
export interface PollGroup {
  /** The name of its watermark and of its poller state. */
  name: string;
  credentialRef: string;
  groupPath: string;
  /** By project id. */
  bindings: Map<number, Binding>;
  /** A repository that cannot be looked up now and probably can later: its changes must not be passed over. */
  held: boolean;
}

/**
 * What goes away by itself or by a repair outside the map, and a map that an earlier release accepted. A repository
 * that does not exist does not hold its group.
 */
const TRANSIENT_REASONS: ReadonlySet<QuarantineReason> = new Set([
  'unreachable',
  'rate-limited',
  'unexpected',
  'unauthorized',
  'credential-unknown',
  'credential-forbidden',
  'credential-unavailable',
  'map-refused',
]);

/** Groups the map. Of several bindings on one project one speaks for it, so that nothing is looked at twice. */
export function groupEntries(entries: readonly RegistryEntry[]): PollGroup[] {
  const groups = new Map<string, PollGroup>();
  const spokenFor = new Set<number>();
  const withJira = entries.filter(({ binding }) => hasJiraProject(binding));
  for (const entry of new Set([...withJira, ...entries])) {
    // GitLab lists a project where it stands now: one that was transferred is in no list of the group the map names.
    const path = (entry.state === 'ready' && entry.project.path) || entry.binding.repo;
    const group = findGroup(path, entry.binding, groups);
    if (entry.state === 'quarantined') {
      group.held ||= TRANSIENT_REASONS.has(entry.quarantine.reason);
    } else if (!spokenFor.has(entry.project.projectId)) {
      spokenFor.add(entry.project.projectId);
      group.bindings.set(entry.project.projectId, entry.binding);
    }
  }
  return [...groups.values()].filter(({ bindings }) => bindings.size > 0);
}

/** Whether a watermark is of this top-level group, with any credential. */
export function isNameOfGroup(name: string, groupPath: string): boolean {
  const [kind, , group] = name.split('~');
  return kind === 'gitlab' && group === groupPath.toLowerCase();
}

function findGroup(path: string, { credentialRef }: Binding, groups: Map<string, PollGroup>): PollGroup {
  const groupPath = path.split('/')[0] ?? path;
  const name = `gitlab~${toAlias(credentialRef)}~${groupPath.toLowerCase()}`;
  const group = groups.get(name) ?? { name, credentialRef, groupPath, bindings: new Map(), held: false };
  groups.set(name, group);
  return group;
}
