import { setTimeout as delay } from 'node:timers/promises';

import { hasEveryTeam, monthLimit, renderMap } from '../environment/render-map.ts';
import { GUEST } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';

let revision = 0;

/** Changes the map and has it read again. */
export const reloadMap: Action = {
  name: 'reload the map',
  weight: 1,
  async run(torture) {
    revision += 1;
    torture.highestMonthLimit = Math.max(torture.highestMonthLimit, monthLimit(revision));
    await torture.writeMap(renderMap(revision));
    const status = await reload(torture);
    if (status === 200) noteAbsence(torture, revision);
    return `revision ${revision}: ${status}`;
  },
};

const TRY_AGAIN_MS = 1000;
const TRIES = 30;

/** Puts a map with every team in place. @throws {Error} when no instance takes it. */
export async function completeMap(torture: TortureEnvironment): Promise<void> {
  do revision += 1;
  while (!hasEveryTeam(revision));
  await torture.writeMap(renderMap(revision, { isLast: true }));
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const status = await reload(torture);
    torture.note(`the last map: ${status}`);
    if (status === 200) {
      noteAbsence(torture, revision);
      return;
    }
    await delay(TRY_AGAIN_MS);
  }
  throw new Error('The last map was not taken');
}

/** A map that cannot be used is refused, and the one before stays. */
export const reloadBadMap: Action = {
  name: 'reload a bad map',
  weight: 0.5,
  async run(torture) {
    await torture.writeMap('{"mappings":{"PROJ":{"repo":');
    const status = await reload(torture);
    await torture.writeMap(renderMap(revision));
    if (status === 200) throw new Error('A bad map was accepted');
    return String(status);
  },
};

/** A map that cannot be used stays at its source while processes start and end: the one in force goes on. */
export const uploadBrokenMap: Action = {
  name: 'leave a broken map at the source',
  weight: 1,
  async run(torture, random) {
    const ms = random.between(4000, 15_000);
    await torture.writeMap(random.pick(BROKEN_MAPS) ?? '');
    const status = await reload(torture);
    await delay(ms);
    await torture.writeMap(renderMap(revision));
    if (status === 200) throw new Error('A broken map was accepted');
    return `${status}, for ${ms} ms`;
  },
};

const BROKEN_MAPS = ['{"mappings":{"PROJ":{"repo":', '{"mappings":{"PROJ":{"repo":"nowhere"}}}', '\ufeff', '[]'];

/** A team that is not in the map is in a trouble of its own. */
function noteAbsence({ teamTroubles }: TortureEnvironment, revision: number): void {
  const now = Date.now();
  for (const trouble of teamTroubles) if (trouble.projects.includes(GUEST)) trouble.to = Math.min(trouble.to, now);
  if (!hasEveryTeam(revision)) teamTroubles.push({ projects: [GUEST], from: now, to: Number.POSITIVE_INFINITY });
}

async function reload({ frontDoor, adminSecret }: TortureEnvironment): Promise<number> {
  const response = await fetch(`${frontDoor.url}/api/config/reload`, {
    method: 'POST',
    headers: { 'x-cmap-admin-secret': adminSecret, connection: 'close' },
  });
  await response.arrayBuffer();
  return response.status;
}
