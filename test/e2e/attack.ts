import * as z from 'zod';

import type { Environment } from '../../sandbox/environment/start-environment.ts';

/** The scripted model hides what it runs, so that no look at a command's text can help. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * A ticket whose agent runs this script with bash and then hands in a result. The shell stays a moment longer: on a
 * busy machine the runtime loses what a command prints just before it ends.
 */
export function createAttack(environment: Environment, script: string, project = 'PROJ'): string {
  const description = describeAttack(script);
  return environment.jira.createIssue({ project, summary: 'Greet by name', description, status: 'AI Ready' });
}

/** The description of such a ticket. */
export function describeAttack(script: string): string {
  return `scenario: attack-shell\n\nscript: ${toBase32(Buffer.from(script))}`;
}

/** Everything a ticket's agent was answered by its tools, session after session. */
export function toolOutputOf(environment: Environment, key: string): string {
  const bodies = (environment.model?.requests ?? []).map(({ body }) => body).filter((body) => body.includes(key));
  return bodies.flatMap((body) => readToolMessages(body)).join('\n');
}

/** What was asked of the model for a ticket, in every session. */
export function promptsOf(environment: Environment, key: string): string[] {
  return (environment.model?.requests ?? []).map(({ body }) => body).filter((body) => body.includes(key));
}

const Chat = z.object({ messages: z.array(z.object({ role: z.string(), content: z.unknown() })) });

function readToolMessages(body: string): string[] {
  return Chat.parse(JSON.parse(body))
    .messages.filter(({ role }) => role === 'tool')
    .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
}

function toBase32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]);
  return letters.join('').padEnd(Math.ceil(letters.length / 8) * 8, '=');
}
