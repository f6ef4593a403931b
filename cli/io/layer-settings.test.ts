import { expect, it } from 'vitest';
import { layerSettings } from './layer-settings.ts';

it.each([
  { name: 'the first place wins', places: [{ A: '1' }, { A: '2', B: '2' }, { B: '3' }], result: { A: '1', B: '2' } },
  { name: 'a blank value is not set', places: [{ A: ' ' }, { A: '2' }], result: { A: '2' } },
  {
    name: 'names in another case are one',
    places: [{ GITLAB_TOKEN__TEAM: '1' }, { gitlab_token__team: '2' }],
    result: { GITLAB_TOKEN__TEAM: '1' },
  },
  {
    name: 'a connection string goes with no account of a weaker place',
    places: [{ AzureWebJobsStorage: 'UseDevelopmentStorage=true' }, { AzureWebJobsStorage__accountName: 'stprod' }],
    result: { AzureWebJobsStorage: 'UseDevelopmentStorage=true' },
  },
  {
    name: 'an account goes with no service URI of a weaker place',
    places: [{ AzureWebJobsStorage__accountName: 'sttest' }, { AzureWebJobsStorage__blobServiceUri: 'https://b' }],
    result: { AzureWebJobsStorage__accountName: 'sttest' },
  },
  {
    name: 'one place may say both',
    places: [{}, { AzureWebJobsStorage__accountName: 'sttest', AzureWebJobsStorage__blobServiceUri: 'https://b' }],
    result: { AzureWebJobsStorage__accountName: 'sttest', AzureWebJobsStorage__blobServiceUri: 'https://b' },
  },
  {
    name: 'a token replaces a sign-in, and keeps the e-mail address of a weaker place',
    places: [{ JIRA_API_TOKEN: 't' }, { JIRA_OAUTH_CLIENT_ID: 'c', JIRA_EMAIL: 'a@example.com' }],
    result: { JIRA_API_TOKEN: 't', JIRA_EMAIL: 'a@example.com' },
  },
  {
    name: 'a map as text replaces the source of a weaker place',
    places: [{ JIRA_PROJECT_MAP: '{}' }, { JIRA_PROJECT_MAP_SOURCE: 'map.json' }],
    result: { JIRA_PROJECT_MAP: '{}' },
  },
])('$name', ({ places, result }) => {
  expect(layerSettings(...places)).toEqual(result);
});
