import path from 'node:path';

/** The person who does everything people do. */
export const ADA = 'ada';
/** The agent's account in Jira. */
export const AGENT = 'agent';

export interface Team {
  jiraProject: string;
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
  /** Its other repository, for issues of a component. */
  route?: { component: string; repo: string };
}

/** The word in the description of the tool of an MCP server. */
export const TOOL_MARKER = 'marker0x';

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
];

/** The versions of the team that takes merged changes over, each with a branch. */
export const VERSIONS = ['1.0', '2.0'] as const;
export const CAREFUL = 'CARE';
export const PLANNING = 'PLAN';
/** The team with an MCP server. */
export const TOOLED = 'TOOL';
/** The team whose runs of the month are limited. */
export const SPENDING = 'SPEND';

/** Every repository with what its team has in common, those of routes too. */
export const REPOSITORIES: readonly Team[] = TEAMS.flatMap((team) =>
  team.route ? [team, { ...team, repo: team.route.repo }] : [team],
);
export const GUEST = 'LAB';
/** The alias whose token is in the vault; the others are in the environment of the processes. */
export const VAULT_ALIAS = 'platform_team';
