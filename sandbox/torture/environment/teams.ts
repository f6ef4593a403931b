import path from 'node:path';

/** The person who does everything people do. */
export const ADA = 'ada';
/** A person who may push, and let nothing pass. */
export const BEA = 'bea';
/** The agent's account in Jira. */
export const AGENT = 'agent';
/** A bot that proposes new versions of dependencies, known by its name. */
export const RENOVATE = 'renovate';
/** An ordinary account that only a binding calls a bot. */
export const MIRROR = 'mirror-1';

/** A repository that a binding names. */
export interface Repository {
  /** Absent: merge requests are reviewed there, and nothing else. */
  jiraProject?: string;
  repo: string;
  targetBranch: string;
  /** The agent's user in GitLab. */
  bot: string;
  /** Alias of its token. */
  credentialRef: string;
  /** Fields of its binding besides. */
  rules?: Record<string, unknown>;
  /** Nothing it does may leave the ledger and its tickets' comments. */
  isShadow?: true;
}

export interface Team extends Repository {
  jiraProject: string;
  /** What its binding says of new merge requests besides. */
  mergeRequest?: Record<string, unknown>;
  /** Its other repository, for issues of a component. */
  route?: { component: string; repo: string };
}

/** The word in the description of the tool of an MCP server. */
export const TOOL_MARKER = 'marker0x';
/** Where the team works that has a part of its repository. */
export const OWN_PART = 'docs/';
/** The file of the teams whose work is refused that no session may change. */
export const PROTECTED_FILE = '.gitlab-ci.yml';

export const TEAMS: readonly Team[] = [
  { jiraProject: 'PROJ', repo: 'group/service-a', targetBranch: 'main', bot: 'agent-a', credentialRef: 'default' },
  {
    jiraProject: 'OPS',
    repo: 'group/platform-tools',
    targetBranch: 'develop',
    bot: 'agent-b',
    credentialRef: 'platform_team',
  },
  // Comes and goes with the map, in a group of its own.
  { jiraProject: 'LAB', repo: 'lab/notes', targetBranch: 'main', bot: 'agent-a', credentialRef: 'default' },
  // Everything a binding may turn on for the merge requests of the agent.
  {
    jiraProject: 'CARE',
    repo: 'group/care',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: {
      validate: '! grep -rq "^red " docs',
      repair_rounds: 2,
      merge_target: 'on',
      repair_pipelines: 'on',
      back_ports: { branch: 'release/{version}', resolve_conflicts: true },
      needs_answer_label: 'ai-asks',
      review: { status: 'on' },
    },
    mergeRequest: { ready: 'when-green' },
  },
  // Its agent is given the tools of a program, and attachments come with most of its tickets.
  {
    jiraProject: 'TOOL',
    repo: 'group/tools',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: {
      mcp_servers: {
        pages: {
          command: process.execPath,
          args: [path.join(import.meta.dirname, 'mcp-server.mjs'), TOOL_MARKER],
          tools: ['look_up'],
        },
      },
    },
  },
  // Its work waits for a limit of the month until the map raises it.
  {
    jiraProject: 'SPEND',
    repo: 'group/spend',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: {},
  },
  {
    jiraProject: 'PLAN',
    repo: 'group/planned',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: { plan: 'ask' },
  },
  {
    jiraProject: 'ROUTE',
    repo: 'group/rest',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    route: { component: 'Web', repo: 'group/web' },
  },
  {
    jiraProject: 'SHADE',
    repo: 'group/shade',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: { mode: 'shadow' },
    isShadow: true,
  },
  // Some of its work changes a protected file: it is kept as a patch.
  {
    jiraProject: 'KEEP',
    repo: 'group/keep',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: { repair_rounds: 0 },
  },
  // Some of its work lies outside its part of the repository: it is kept on a branch.
  {
    jiraProject: 'GATE',
    repo: 'group/gate',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: { repair_rounds: 0, refused_work: 'branch', paths: [`${OWN_PART}**`] },
  },
  // What its own review finds is mended before a person is asked.
  {
    jiraProject: 'MEND',
    repo: 'group/mend',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: { review: { fix_own_findings: true, min_severity: 'minor' } },
    mergeRequest: { reviewers: [BEA] },
  },
  // Its tickets have criteria, and say who asks for changes. It has its bots reviewed like people.
  {
    jiraProject: 'MARK',
    repo: 'group/mark',
    targetBranch: 'main',
    bot: 'agent-a',
    credentialRef: 'default',
    rules: { review: { bots: 'review', dependency_updates: 'review', bot_authors: ['mirror-*'] } },
    mergeRequest: { tell_requested_changes: true },
  },
];

/** Bound without a Jira project: reviews and answers. */
export const GUIDES: Repository = {
  repo: 'group/guides',
  targetBranch: 'main',
  bot: 'agent-a',
  credentialRef: 'default',
  rules: { review: { bots: 'review', dependency_updates: 'summary', bot_authors: ['mirror-*'] } },
};

/** The versions of the team that takes merged changes over, each with a branch. */
export const VERSIONS = ['1.0', '2.0'] as const;
export const CAREFUL = 'CARE';
export const PLANNING = 'PLAN';
/** The team whose refused work is kept as a patch. */
export const KEEPING = 'KEEP';
/** The team whose refused work is kept on a branch. */
export const BRANCHING = 'GATE';
/** The team whose agent mends what its own review finds. */
export const MENDING = 'MEND';
/** The team whose tickets have criteria and follow what people ask for. */
export const MARKING = 'MARK';
/** The team with an MCP server. */
export const TOOLED = 'TOOL';
/** The team whose runs of the month are limited. */
export const SPENDING = 'SPEND';

/** Every repository with what its team has in common, those of routes too. */
export const REPOSITORIES: readonly Repository[] = [
  ...TEAMS.flatMap((team) => (team.route ? [team, { ...team, repo: team.route.repo }] : [team])),
  GUIDES,
];
export const GUEST = 'LAB';
/** The alias whose token is in the vault; the others are in the environment of the processes. */
export const VAULT_ALIAS = 'platform_team';
