import pLimit from 'p-limit';
import type { Binding } from '../../domain/mapping/binding.ts';
import { MINUTE } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { singleFlight } from '../../kernel/once.ts';
import type { BindingStatus, RegistryEntry } from './registry-entry.ts';
import { quarantineFor, type Resolution, type ResolveDeps, resolveProject } from './resolve-project.ts';

/** The only place that knows which Jira project belongs to which GitLab project. */
export interface Registry {
  /**
   * Looks every repository up, at most eight at once, and logs one line per binding. Resolves also where repositories
   * are unreachable.
   */
  start(): Promise<void>;
  /**
   * The binding of a Jira project; `undefined` when it has none. A quarantined one is looked up again when it is due.
   */
  byJira(jiraProject: string): Promise<RegistryEntry | undefined>;
  /**
   * The binding that speaks for a GitLab project: of several bindings on one project, the first in the map. `undefined`
   * when no reachable binding has this project.
   */
  byProjectId(projectId: number): Promise<RegistryEntry | undefined>;
  /**
   * Every binding in the map's order, looked up where that is due. With `confirmCredentials` a usable one is asked for
   * its credential again, so that one that was withdrawn is seen.
   */
  list(options?: { confirmCredentials?: boolean }): Promise<RegistryEntry[]>;
  /** What is known now, without a request. */
  status(): BindingStatus[];
}

export interface RegistryDeps extends ResolveDeps {
  /** Fails where the credential cannot be read now, even if it could a while ago. */
  confirmCredential?: (credentialRef: string) => Promise<void>;
  bindings: readonly Binding[];
  /** How long a quarantined repository is left alone; 5 min unless given. */
  retryAfterMs?: number;
}

interface Slot {
  binding: Binding;
  entry?: RegistryEntry;
  /** Looks the repository up; two callers share the look-up under way. */
  resolve(): Promise<RegistryEntry>;
}

const MAX_LOOKUPS_AT_ONCE = 8;

/** Does no I/O before the first call. */
export function createRegistry(deps: RegistryDeps): Registry {
  const limit = pLimit(MAX_LOOKUPS_AT_ONCE);
  const slots = new Map<string, Slot>();
  for (const binding of deps.bindings) {
    const slot: Slot = { binding, resolve: singleFlight(() => limit(() => resolveSlot(slot, deps))) };
    slots.set(binding.jiraProject, slot);
  }

  async function lookUp(slot: Slot): Promise<RegistryEntry> {
    return slot.entry && !isDue(slot.entry) ? slot.entry : slot.resolve();
  }

  function isDue(entry: RegistryEntry): boolean {
    return entry.state === 'quarantined' && deps.clock.now() >= entry.quarantine.retryAt;
  }

  async function confirm(slot: Slot): Promise<RegistryEntry> {
    const entry = await lookUp(slot);
    if (entry.state === 'ready') {
      try {
        await limit(async () => deps.confirmCredential?.(slot.binding.credentialRef));
      } catch (error) {
        return setEntry(slot, { ...quarantineFor(error), error }, deps);
      }
    }
    return entry;
  }

  function list({ confirmCredentials = false } = {}): Promise<RegistryEntry[]> {
    return Promise.all([...slots.values()].map(confirmCredentials ? confirm : lookUp));
  }

  return {
    async start() {
      logSharedProjects(await list(), deps.log);
    },

    async byJira(jiraProject) {
      const slot = slots.get(jiraProject.toUpperCase());
      return slot && lookUp(slot);
    },

    async byProjectId(projectId) {
      return (await list()).find((entry) => entry.state === 'ready' && entry.project.projectId === projectId);
    },

    list,
    status: () => [...slots.values()].map(toStatus),
  };
}

async function resolveSlot(slot: Slot, deps: RegistryDeps): Promise<RegistryEntry> {
  return setEntry(slot, await resolveProject(slot.binding, deps), deps);
}

function setEntry(slot: Slot, resolution: Resolution, deps: RegistryDeps): RegistryEntry {
  const { binding } = slot;
  slot.entry =
    resolution.state === 'ready'
      ? { state: 'ready', binding, project: resolution.project }
      : { state: 'quarantined', binding, quarantine: { ...resolution.why, ...spanOf(slot, deps) } };
  logBinding(slot.entry, deps.log, resolution.state === 'quarantined' ? resolution.error : undefined);
  return slot.entry;
}

function spanOf(slot: Slot, { clock, retryAfterMs = 5 * MINUTE }: RegistryDeps) {
  const now = clock.now();
  const since = slot.entry?.state === 'quarantined' ? slot.entry.quarantine.since : now;
  return { since, retryAt: now + retryAfterMs };
}

function logBinding(entry: RegistryEntry, log: Log, error: unknown): void {
  const fields = {
    jiraProject: entry.binding.jiraProject,
    repo: entry.binding.repo,
    targetBranch: entry.binding.targetBranch,
    credentialRef: entry.binding.credentialRef,
    credential: entry.binding.credentialRef === 'default' ? 'default' : 'named',
    state: entry.state,
  };
  if (entry.state === 'ready') {
    log.info('binding', { ...fields, projectId: entry.project.projectId });
  } else {
    const { reason, status, hint } = entry.quarantine;
    log.warn('binding', { ...fields, reason, status, hint, ...(error === undefined ? {} : { error }) });
  }
}

function logSharedProjects(entries: RegistryEntry[], log: Log): void {
  const first = new Map<number, string>();
  for (const entry of entries) {
    if (entry.state !== 'ready') continue;
    const { projectId } = entry.project;
    const speaker = first.get(projectId);
    if (speaker === undefined) first.set(projectId, entry.binding.jiraProject);
    else log.warn('bindings share a project', { projectId, speaker, jiraProject: entry.binding.jiraProject });
  }
}

function toStatus({ binding, entry }: Slot): BindingStatus {
  const { jiraProject, repo, targetBranch, credentialRef } = binding;
  return {
    jiraProject,
    repo,
    targetBranch,
    credentialRef,
    state: entry?.state ?? 'pending',
    ...(entry?.state === 'ready' ? { projectId: entry.project.projectId } : {}),
    ...(entry?.state === 'quarantined' ? { quarantine: entry.quarantine } : {}),
  };
}
