// Health reads how each of these is doing without loading them: a prober waits for its answer.

/** Under this name the poller of Jira keeps how it is doing. */
export const JIRA_POLLER = 'jira';

/** Under this name the sweeper keeps how it is doing, as pollers do. */
export const SWEEPER = 'sweeper';
