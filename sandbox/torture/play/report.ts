import type { Lateness } from '../checks/check-lateness.ts';
import type { Violation } from '../checks/violation.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { Settled } from './settle.ts';

/** How a torture ended: what `--json` prints. */
export interface TortureReport {
  seed: number;
  minutes: number;
  tickets: number;
  /** Times a ticket came into its trigger. */
  handovers: number;
  mergeRequests: number;
  runs: Record<string, number>;
  terminalMessages: number;
  /** How often each action happened. */
  actions: Record<string, number>;
  /** Actions that never happened, because there was nothing to do them to: nothing is known of what they would find. */
  neverPlayed: string[];
  deliveries: ReturnType<TortureEnvironment['frontDoor']['counts']>;
  restarts: number;
  duplicates: number;
  losses: number;
  stuck: number;
  leaks: number;
  defects: number;
  /** Tickets that waited too long while another team was in trouble, and the longest such wait. */
  late: number;
  longestWaitSeconds: number;
  /** From the last trouble until everything held. */
  settledAfterSeconds: number;
  /** The longest life of a run, from its event to its end. */
  longestRunSeconds: number;
  violations: Violation[];
}

export function buildReport(
  about: Pick<TortureReport, 'seed' | 'minutes' | 'actions' | 'neverPlayed'>,
  { facts, violations, settledAfterMs }: Settled,
  lateness: Lateness,
  { frontDoor, functions, environment }: TortureEnvironment,
): TortureReport {
  const count = (kind: Violation['kind']) => violations.filter((violation) => violation.kind === kind).length;
  const lives = facts.runs.map(({ createdAt, updatedAt }) => updatedAt - createdAt);
  return {
    ...about,
    tickets: environment.jira.issueKeys.length,
    handovers: facts.entries.length,
    mergeRequests: facts.mergeRequests.length,
    runs: countStates(facts),
    terminalMessages: countTerminalMessages(facts),
    deliveries: frontDoor.counts(),
    restarts: functions.restarts,
    duplicates: count('duplicate'),
    losses: count('loss'),
    stuck: count('stuck'),
    leaks: count('leak'),
    defects: count('defect'),
    late: count('late'),
    longestWaitSeconds: Math.round(lateness.longestMs / 100) / 10,
    settledAfterSeconds: Math.round(settledAfterMs / 100) / 10,
    longestRunSeconds: Math.round(Math.max(0, ...lives) / 100) / 10,
    violations,
  };
}

function countStates({ runs }: Facts): Record<string, number> {
  const counts: Record<string, number> = { all: runs.length };
  for (const { state } of runs) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Reports on tickets, reviews, answers and failures on merge requests. */
function countTerminalMessages({ reports, notes }: Facts): number {
  const ends = new Set(['summary', 'failure']);
  return reports.length + notes.filter(({ purpose, answers }) => ends.has(purpose) || answers !== undefined).length;
}

/** The report for people. */
export function formatReport(report: TortureReport): string {
  const { runs, deliveries, actions } = report;
  const states = Object.entries(runs).filter(([state]) => state !== 'all');
  const rows: [string, string][] = [
    ['seed, minutes', `${report.seed}, ${report.minutes}`],
    ['tickets in (handed over)', `${report.tickets} (${report.handovers})`],
    ['merge requests in', String(report.mergeRequests)],
    ['runs', `${runs['all']}: ${states.map(([state, number]) => `${number} ${state}`).join(', ')}`],
    ['terminal messages', String(report.terminalMessages)],
    [
      'actions',
      Object.entries(actions)
        .map(([name, number]) => `${number} ${name}`)
        .join(', '),
    ],
    ['never played', report.neverPlayed.join(', ') || 'none of the actions'],
    [
      'deliveries',
      `${deliveries.requests}: ${deliveries.duplicated} twice, ${deliveries.delayed} late, ${deliveries.lost} lost`,
    ],
    ['functions restarted', String(report.restarts)],
    ['duplicates', String(report.duplicates)],
    ['losses', String(report.losses)],
    ['stuck', String(report.stuck)],
    ['leaks', String(report.leaks)],
    ['defects', String(report.defects)],
    ['late', `${report.late} (other teams waited ${report.longestWaitSeconds} s at most)`],
    ['settled after', `${report.settledAfterSeconds} s`],
    ['longest settle', `${report.longestRunSeconds} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Each violation with the log lines that name one of its ids. */
export function formatViolations(violations: readonly Violation[], log: readonly string[]): string {
  return violations
    .map(({ kind, what, ids }) => {
      const lines = log.filter((line) => ids.some((id) => line.includes(id)));
      const shown = lines.slice(-MAX_LINES).map((line) => `    ${line.slice(0, 400)}`);
      return [`${kind}: ${what}`, `  ids: ${ids.join(', ')}`, ...shown].join('\n');
    })
    .join('\n\n');
}

const MAX_LINES = 40;
