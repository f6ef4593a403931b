import type { Lane } from '../plan-actions.ts';
import type { Action } from './action.ts';
import {
  askInMergeRequest,
  closeMergeRequest,
  mergeAgentsWork,
  openMergeRequest,
  pushIntoTheWay,
  pushToMergeRequest,
} from './merge-requests.ts';
import { killFunctions, killRunner, stopFunctions, stopRunner } from './processes.ts';
import { reloadBadMap, reloadMap } from './reload-map.ts';
import { gitlabTrouble, jiraTrouble, modelTrouble, staleSearch, storageOutage, storageTrouble } from './services.ts';
import {
  createBlockedTicket,
  createTicket,
  finishBlocker,
  mentionAgent,
  moveBusyTicket,
  reworkTicket,
  withdrawTicket,
} from './tickets.ts';

/** Everything that can happen, and its pace: work comes in about as fast as three runners on a small machine can do it. */
export const LANES: readonly Lane<Action>[] = [
  {
    everyMs: 4000,
    actions: [
      createTicket,
      reworkTicket,
      moveBusyTicket,
      mentionAgent,
      withdrawTicket,
      createBlockedTicket,
      finishBlocker,
      openMergeRequest,
      pushToMergeRequest,
      pushIntoTheWay,
      askInMergeRequest,
      mergeAgentsWork,
      closeMergeRequest,
    ],
  },
  { everyMs: 7000, actions: [killFunctions, stopFunctions, killRunner, stopRunner] },
  {
    everyMs: 3000,
    actions: [
      storageOutage,
      storageTrouble,
      gitlabTrouble,
      jiraTrouble,
      staleSearch,
      modelTrouble,
      reloadMap,
      reloadBadMap,
    ],
  },
];
