import { ENDS_SOON_DAYS } from '../../shared/domain/accounts/credential-end.ts';
import type { MappingProblem } from '../../shared/domain/mapping/problem.ts';
import { describeError, isErrorCode } from '../../shared/kernel/errors.ts';
import type { SourceState } from '../../shared/services/projects/live-mapping.ts';
import type { BindingStatus } from '../../shared/services/projects/registry-entry.ts';
import { JIRA_POLLER } from '../polling/poller-names.ts';
import { type PollerReport, publicName } from './poller-report.ts';
import type { TokenState } from './token-states.ts';

export interface Findings {
  source: SourceState;
  bindings: BindingStatus[];
  pollers: PollerReport[];
  sweeper: PollerReport;
  credentials: TokenState[];
}

/** Why the app is not well. `names` are shown with the admin secret only, their number without it. */
export interface Reason {
  text: string;
  names?: string[];
  /** So many more than `names` has. */
  more?: number;
}

export interface Assessment {
  status: 'ok' | 'degraded' | 'down';
  /** What is down comes first. */
  reasons: Reason[];
}

const MAX_PROBLEMS = 10;

/**
 * Decides what the findings mean for everyone: `down` when no work is possible for any team, `degraded` when a part is
 * affected. A failure that waiting cannot repair counts from the first one, such as a refused credential; others when
 * they last for long.
 */
export function assess({ source, bindings, pollers, sweeper, credentials }: Findings): Assessment {
  const quarantined = bindings.filter(({ state }) => state === 'quarantined').length;
  const noneUsable = bindings.length > 0 && quarantined === bindings.length;
  const gitlab = pollers.filter(({ name }) => name !== JIRA_POLLER);
  const noGitLab = gitlab.length > 0 && gitlab.every(({ stalled }) => stalled);
  const isGrave = ({ name, stalled }: PollerReport) => stalled && (name === JIRA_POLLER || noGitLab);
  const failing = pollers.filter((poller) => poller.stalled || needsRepair(poller));
  const projects = listRefused(pollers.filter(({ name }) => name === JIRA_POLLER));
  const repositories = listRefused(gitlab);
  const late = [...pollers, sweeper].filter((timer) => timer.late);
  const ending = credentials.filter(({ expiresInDays = ENDS_SOON_DAYS }) => expiresInDays < ENDS_SOON_DAYS).length;
  const broken = credentials.filter(({ problem }) => problem !== undefined).length;

  const down = [
    ...(noneUsable ? [{ text: 'every binding is quarantined' }] : []),
    ...failing.filter(isGrave).map(describeFailing),
  ];
  const degraded = [
    ...(source.state === 'unusable' ? [describeSource(source.problems)] : []),
    ...(quarantined > 0 && !noneUsable ? [{ text: `bindings quarantined: ${quarantined}` }] : []),
    ...failing.filter((poller) => !isGrave(poller)).map(describeFailing),
    ...(projects.names.length > 0 ? [{ text: 'projects Jira refuses to search', ...projects }] : []),
    ...(repositories.names.length > 0 ? [{ text: 'repositories GitLab refuses to list', ...repositories }] : []),
    ...[...new Set(late.map(({ name }) => publicName(name)))].map((name) => ({
      text: `timer of ${name} has not run for long`,
    })),
    ...(broken > 0 ? [{ text: `credentials not usable: ${broken}` }] : []),
    ...(ending > 0 ? [{ text: `credentials that end within ${ENDS_SOON_DAYS} days: ${ending}` }] : []),
  ];
  const status = down.length > 0 ? 'down' : degraded.length > 0 ? 'degraded' : 'ok';
  return { status, reasons: [...down, ...degraded] };
}

function listRefused(pollers: readonly PollerReport[]): { names: string[]; more?: number } {
  const names = pollers.flatMap(({ refused = [] }) => refused);
  const more = pollers.reduce((sum, { moreRefused = 0 }) => sum + moreRefused, 0);
  return { names, ...(more > 0 ? { more } : {}) };
}

/** The map in force goes on; the names say what is wrong with the one that should follow it. */
function describeSource(problems: readonly MappingProblem[]): Reason {
  const names = problems.slice(0, MAX_PROBLEMS).map(({ where, message }) => `${where}: ${message}`);
  return { text: 'the source of the project map cannot be used, the map in force stays', names };
}

/** The last poll failed for a reason that waiting does not repair, such as a credential that is refused. */
function needsRepair({ code }: PollerReport): boolean {
  return code !== undefined && isErrorCode(code) && !describeError(code).retry;
}

function describeFailing({ name, code }: PollerReport): Reason {
  return { text: `poller ${publicName(name)} fails: ${code}` };
}
