import * as z from 'zod';
import { AGENT_WORK } from '../binding.ts';
import { CREDENTIAL_REF } from '../credential-names.ts';

const MOST_SERVERS = 10;
const MOST_VALUES = 20;
const MOST_TOOLS = 100;

/** A value with such a name is a secret, however it looks. */
const NAMES_SECRET = /token|secret|passw|pwd|credential|auth|cookie|(?:^|[_-])key(?:$|[_-])|api[_-]?key/i;

/** The runner says where programs are and where the agent's own files are. */
const SET_BY_RUNNER = /^(?:PATH|HOME|TMPDIR|USER|LANG|TERM)$/;

const value = z.union([
  z.string().max(1000, 'must be at most 1000 characters'),
  z.strictObject({
    secret_ref: z
      .string()
      .max(64, 'must be at most 64 characters')
      .regex(CREDENTIAL_REF, 'must be the name of a secret such as wiki_read, never the secret itself')
      .describe(
        'The name of the secret: `wiki_read` is the environment variable `MCP_SECRET__WIKI_READ` or the Key Vault secret `mcp-secret--wiki-read`',
      ),
  }),
]);

const values = (name: z.ZodType<string, string>) =>
  z
    .record(name, value)
    .refine((given) => Object.keys(given).length <= MOST_VALUES, `must be at most ${MOST_VALUES} values`)
    .superRefine((given, context) => {
      for (const [key, one] of Object.entries(given)) {
        if (typeof one !== 'string' || !NAMES_SECRET.test(key)) continue;
        const message = 'is a secret by its name, and a secret stands in no map; write { secret_ref: NAME }';
        context.addIssue({ code: 'custom', path: [key], message });
      }
    });

const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be a name of a variable: letters, digits and underscores')
  .refine((name) => !SET_BY_RUNNER.test(name), 'is set by the runner');
const header = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'must be the name of a header: letters, digits, dashes');

/** What goes over the network in the clear goes no further than this machine. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isHere = protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || isHere) && username === '' && password === '';
}

const toolName = z.string().regex(/^[\w.-]{1,100}$/, 'must be the name of a tool as the server lists it');

const McpServer = z
  .strictObject({
    command: z
      .string()
      .max(500, 'must be at most 500 characters')
      .regex(
        /^(?:\/[^\s\0]+|[A-Za-z0-9][\w.+-]*)$/,
        'must be a program of the runner image, by its name or its absolute path; arguments stand in args',
      )
      .optional()
      .describe('A program of the runner image that speaks over standard input and output'),
    args: z.array(z.string().max(1000)).max(50, 'must be at most 50 arguments').optional().describe('Its arguments'),
    env: values(variable)
      .optional()
      .describe('Its variables besides those of every command of the agent: text, or `{ secret_ref: wiki_read }`'),
    url: z
      .string()
      .max(1000, 'must be at most 1000 characters')
      .refine(isSafeUrl, 'must be an https address without a user; http is for this machine only')
      .optional()
      .describe('The address of a server that is reached over HTTP'),
    headers: values(header)
      .optional()
      .describe('What it is sent with each request: text, or `{ secret_ref: wiki_read }` for the whole value'),
    tools: z
      .array(toolName)
      .min(1, 'must name a tool; leave it out for all of them')
      .max(MOST_TOOLS, `must be at most ${MOST_TOOLS} tools`)
      .optional()
      .describe('The tools of it the agent may use; all of them unless given'),
    for: z
      .array(z.enum(AGENT_WORK))
      .min(1, 'must name a kind of work')
      .optional()
      .describe('The kinds of work it is for: `coding`, `review`, `reply`; `coding` unless given'),
    optional: z.boolean().optional().meta({
      description: 'Whether work goes on without a server that does not start, and says so, in place of ending',
      default: false,
    }),
  })
  .superRefine((server, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', message });
    if ((server.command === undefined) === (server.url === undefined)) issue('needs command or url, and not both');
    else if (server.command === undefined && (server.args ?? server.env)) issue('has args and env with command only');
    else if (server.url === undefined && server.headers) issue('has headers with url only');
  });

/** Servers of the Model Context Protocol the agent may use, by name. */
export const McpServers = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a short name: lower-case letters, digits and dashes'),
    McpServer,
  )
  .refine((servers) => Object.keys(servers).length <= MOST_SERVERS, `must be at most ${MOST_SERVERS} servers`);
export type McpServers = z.infer<typeof McpServers>;
