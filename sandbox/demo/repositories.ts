/** The repository behind PROJ: a small library whose tests run anywhere Node does. */
export const GREETINGS: Record<string, string> = {
  'README.md': '# Greetings\n\nSays hello. `node --test` runs the tests.\n',
  'AGENTS.md': 'Keep functions pure. Every change of behaviour comes with a test beside it.\n',
  'package.json': '{\n  "name": "greetings",\n  "type": "module",\n  "scripts": { "test": "node --test" }\n}\n',
  'greet.js': "export function greet() {\n  return 'Hello';\n}\n",
  'greet.test.js':
    "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { greet } from './greet.js';\n\ntest('says hello', () => {\n  assert.equal(greet(), 'Hello');\n});\n",
};

/** The repository behind OPS: a shell tool with a check of its own. */
export const UPTIME_TOOL: Record<string, string> = {
  'README.md': '# status\n\nPrints whether a service is up. `sh check.sh` checks the tool.\n',
  'status.sh': '#!/bin/sh\n# Usage: status.sh NAME\nname=$1\necho "$name is up"\n',
  'check.sh': '#!/bin/sh\nset -e\ntest "$(sh status.sh api)" = "api is up"\necho "all checks passed"\n',
};

/** What a person proposes in a merge request, with one mistake in it for the review to find. */
export const AVERAGE: Record<string, string> = {
  'average.js':
    'export function average(numbers) {\n  let sum = 0;\n  for (let i = 0; i <= numbers.length; i += 1) {\n    sum += numbers[i];\n  }\n  return sum / numbers.length;\n}\n',
};
export const AVERAGE_FIXED: Record<string, string> = {
  'average.js':
    'export function average(numbers) {\n  let sum = 0;\n  for (let i = 0; i < numbers.length; i += 1) {\n    sum += numbers[i];\n  }\n  return sum / numbers.length;\n}\n',
};
