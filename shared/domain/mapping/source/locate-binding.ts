import { LineCounter } from 'yaml';

import { createLocator } from './locate.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Where the binding at `index` names its Jira project, or its repository; both numbers count from 1. The text must be
 * a mapping `parseMapping` accepts.
 */
export function locateBinding(text: string, index: number): { line: number; column: number } {
  const lineCounter = new LineCounter();
  const document = readYaml(text, lineCounter);
  const field = document.hasIn(['bindings', index, 'jira_project']) ? 'jira_project' : 'repo';
  const offset = createLocator(document)(['bindings', index, field], false);
  const { line, col } = lineCounter.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
