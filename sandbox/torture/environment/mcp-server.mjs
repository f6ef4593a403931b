// A Model Context Protocol server of the torture over standard input and output. What its tool is for holds a word that
// no other text has, so that the requests to the model show whether the server was there.
import { createInterface } from 'node:readline';

const [word = ''] = process.argv.slice(2);
const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'pages', version: '1.0.0' },
  }),
  'tools/list': () => ({
    tools: [{ name: 'look_up', description: `Looks a page up (${word}).`, inputSchema: { type: 'object' } }],
  }),
  'tools/call': () => ({ content: [{ type: 'text', text: 'A page has two lines.' }] }),
  ping: () => ({}),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const handle = METHODS[method];
  const reply = handle
    ? { result: handle(params ?? {}) }
    : { error: { code: -32601, message: `there is no ${method}` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...reply })}\n`);
});
