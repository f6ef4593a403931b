/** What is said of the acceptance criteria of the ticket. */
export interface ReadyNote {
  /** Address of the pipeline that passed. */
  pipelineUrl: string;
  /** How many criteria are met; 0 where the ticket has none. */
  criteria: number;
  /** Who says so: the agent's review, or the agent that made the change. */
  by: 'agent' | 'review';
}

/** Says on a merge request, in one line, that the agent has taken it out of draft. */
export function formatReadyNote({ pipelineUrl, criteria, by }: ReadyNote): string {
  const who = by === 'review' ? "the agent's review of this commit" : 'the agent that made it';
  const met = criteria === 0 ? '' : `, and ${who} says that ${describeMet(criteria)} met`;
  return `**Ready for review:** its [pipeline](${pipelineUrl}) has passed${met}. Make it a draft again, and the agent leaves it one.`;
}

function describeMet(criteria: number): string {
  return criteria === 1 ? 'the acceptance criterion is' : `all ${criteria} acceptance criteria are`;
}
