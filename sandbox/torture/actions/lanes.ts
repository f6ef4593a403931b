import type { Action } from './action.ts';
import { askAsBot, openDependencyUpdate, openMergeRequestOfBot, openUnwantedUpdate, pushAsBot } from './bots.ts';
import { askWhereNothingIsChanged, mergeWhereNoTicketIsRead, nameTicketElsewhere } from './guides.ts';
import { createHostileTicket } from './hostile-texts.ts';
import {
  askInMergeRequest,
  closeMergeRequest,
  holdBack,
  mergeAgentsWork,
  mergeCarefulWork,
  openMergeRequest,
  openMergeRequestWithStatus,
  pushIntoTheWay,
  pushToMergeRequest,
  pushToRelease,
  pushToTarget,
  reopenMergeRequest,
  runPipeline,
  toggleDraft,
} from './merge-requests.ts';
import { disableCredential } from './one-team.ts';
import type { Lane } from './plan-actions.ts';
import { killFunctions, killRunner, stopFunctions, stopRunner } from './processes.ts';
import { allowRefused, allowWithoutRight, createRefusedTicket, pushToKeptBranch } from './refused-work.ts';
import { reloadBadMap, reloadMap, uploadBrokenMap } from './reload-map.ts';
import { approveAfterRequest, openThread, requestChanges, resolveThread, takeReviewerOff } from './reviewers.ts';
import {
  gitlabTrouble,
  jiraTrouble,
  modelTrouble,
  refusedToken,
  staleSearch,
  storageOutage,
  storageTrouble,
} from './services.ts';
import {
  answerQuestion,
  approvePlan,
  createBlockedTicket,
  createLimitedTicket,
  createMarkedTicket,
  createMendedTicket,
  createPlannedTicket,
  createRoutedTicket,
  createShadowTicket,
  createTicket,
  createTicketWithFiles,
  createTicketWithTools,
  finishBlocker,
  mentionAgent,
  moveBusyTicket,
  rateShadow,
  reworkTicket,
  takeBusyTicketAway,
  withdrawTicket,
} from './tickets.ts';

const PEOPLES_WORK: readonly Action[] = [
  createTicket,
  createTicketWithFiles,
  createTicketWithTools,
  createLimitedTicket,
  createRoutedTicket,
  createShadowTicket,
  createPlannedTicket,
  createHostileTicket,
  createRefusedTicket,
  createMendedTicket,
  createMarkedTicket,
  reworkTicket,
  moveBusyTicket,
  mentionAgent,
  withdrawTicket,
  takeBusyTicketAway,
  createBlockedTicket,
  finishBlocker,
  openMergeRequest,
  openMergeRequestWithStatus,
  pushToMergeRequest,
  pushIntoTheWay,
  askInMergeRequest,
  mergeAgentsWork,
  closeMergeRequest,
  reopenMergeRequest,
  toggleDraft,
  approvePlan,
  answerQuestion,
  rateShadow,
  pushToTarget,
  pushToRelease,
  mergeCarefulWork,
  runPipeline,
  holdBack,
  allowRefused,
  allowWithoutRight,
  pushToKeptBranch,
  takeReviewerOff,
  requestChanges,
  approveAfterRequest,
  openThread,
  resolveThread,
  openDependencyUpdate,
  openUnwantedUpdate,
  openMergeRequestOfBot,
  pushAsBot,
  askAsBot,
  nameTicketElsewhere,
  mergeWhereNoTicketIsRead,
  askWhereNothingIsChanged,
];

/** What gives the agent something to do. */
export const WORK: ReadonlySet<Action> = new Set(PEOPLES_WORK);

/**
 * Everything that can happen, and its pace: work comes in about as fast as three runners on a small machine can do it.
 */
export const LANES: readonly Lane<Action>[] = [
  { everyMs: 4000, actions: PEOPLES_WORK },
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
      refusedToken,
      reloadMap,
      reloadBadMap,
      uploadBrokenMap,
      disableCredential,
    ],
  },
];
