import type { Storage } from '../../../../shared/domain/ports/storage.ts';
import { type Clock, MINUTE } from '../../../../shared/kernel/clock.ts';
import { createKeep, type Keep } from '../../../../shared/kernel/create-keep.ts';
import { once } from '../../../../shared/kernel/once.ts';
import { projectCacheKey } from '../../../../shared/services/projects/resolve-project.ts';
import { type FoundMap, findMap } from '../../../clients/find-map.ts';
import type { Tools } from '../../../clients/tools.ts';
import type { CliIO } from '../../../io/io.ts';
import type { ProjectPaths } from '../../../output/format-task.ts';
import { findRunPlaces, type RunPlaces } from '../../run/find-runs.ts';
import type { RunQuery } from '../../run/run-query.ts';
import { type Addresses, readAddresses } from './addresses.ts';

export interface BoardDeps {
  tools: Tools;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Absent: commands are named as they are. */
  nameCommands?: CliIO['nameCommands'];
}

/** A GitLab project as people know it. */
export interface KnownProject {
  path: string;
  webUrl: string;
}

/** What the pages read from: the ports and services of the commands, with what rarely changes kept for a minute. */
export interface Board {
  tools: Tools;
  clock: Clock;
  env: BoardDeps['env'];
  addresses: Addresses;
  /** A text with its commands named as they can be typed here. */
  nameCommands: CliIO['nameCommands'];
  /** Made once: its connections are kept. */
  storage(): Promise<Storage>;
  map(): Promise<FoundMap>;
  /** Where the runs of a query are listed. */
  placesOf(query: Pick<RunQuery, 'projects' | 'excludedProjects' | 'asksPaths'>): Promise<RunPlaces>;
  /** For a minute. */
  keep: Keep;
  /** The GitLab projects of the map that a program has looked up, by their id. */
  projects(): Promise<ReadonlyMap<number, KnownProject>>;
  /** How projects are called, from the same list. */
  paths(): Promise<ProjectPaths>;
}

/** Does no I/O before the first call. */
export function createBoard({ tools, env, clock, nameCommands = (text) => text }: BoardDeps): Board {
  const storage = once(() => tools.storage());
  const shared = { ...tools, storage };
  const addresses = readAddresses(env);
  const keep = createKeep({ ms: MINUTE, max: 500, clock });
  const map = () => keep('map', () => findMap(shared));
  const projects = () => keep('projects', async () => findProjects(await map(), addresses, await storage()));

  return {
    tools: shared,
    clock,
    env,
    addresses,
    nameCommands,
    storage,
    keep,
    map,
    placesOf: ({ projects: included, excludedProjects, asksPaths }) =>
      keep(`places ${JSON.stringify([included, excludedProjects, asksPaths])}`, () =>
        findRunPlaces({ projects: included, excludedProjects, asksPaths }, shared, env),
      ),
    projects,
    paths: async () => {
      const known = await projects();
      return (projectId) => known.get(projectId)?.path;
    },
  };
}

async function findProjects(
  { bindings = [] }: FoundMap,
  { gitlab }: Addresses,
  { projects }: Storage,
): Promise<ReadonlyMap<number, KnownProject>> {
  if (gitlab === undefined) return new Map();
  const known = await projects.list();
  return new Map(
    bindings.flatMap((binding) => {
      const project = known.get(projectCacheKey(binding, gitlab));
      return project ? [[project.projectId, { path: binding.repo, webUrl: project.webUrl }] as const] : [];
    }),
  );
}
