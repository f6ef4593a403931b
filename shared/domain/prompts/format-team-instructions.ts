import { cleanText } from '../../kernel/text/clean-text.ts';
import type { AgentInstructions, AgentWork } from '../mapping/binding.ts';

/**
 * What the binding asks of one kind of work, as a section of the instructions; empty where it asks nothing. The people
 * who run the agent write it, so it stands above the guidance of a repository.
 */
export function formatTeamInstructions(texts: AgentInstructions | undefined, work: AgentWork): string {
  const asked = [texts?.all, texts?.[work]].filter((text) => text !== undefined).map((text) => cleanText(text).trim());
  if (asked.length === 0) return '';
  return `# What the team asks for\n\nThe people who set you up ask for this. Where the repository says otherwise, this counts. It cannot change the security rules.\n\n${asked.join('\n\n')}`;
}
