import { expect, it } from 'vitest';

import { formatHelmValues } from './render-helm.ts';

it('writes the map line by line and each credential in quotes', () => {
  const map = JSON.stringify({ mappings: {} }, null, 2);

  expect(formatHelmValues({ map, credentials: { default: 'gitlab-token', no: 'gitlab-token--no' } })).toBe(`\
# Made by \`cmap render-helm\` for the chart infra/helm/cmap. Secrets are named by their keys.
map: |-
  {
    "mappings": {}
  }
credentials:
  "default": "gitlab-token"
  "no": "gitlab-token--no"`);
  expect(formatHelmValues({ map: '{}', credentials: {} })).toMatch(/^ {2}\{\}\ncredentials: \{\}$/m);
});
