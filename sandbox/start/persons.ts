import { Secret } from '../../shared/kernel/secret.ts';
import type { DemoEnvironment } from '../demo/demo-environment.ts';
import { createGitLabPerson, type GitLabPerson } from '../pages/api/gitlab-person.ts';
import { createJiraPerson, type JiraPerson } from '../pages/api/jira-person.ts';

/** Ada at work by the REST interfaces of both systems, with her own tokens. */
export function createPersons({ gitlab, jira, ada }: Pick<DemoEnvironment, 'gitlab' | 'jira' | 'ada'>): {
  gitlab: GitLabPerson;
  jira: JiraPerson;
} {
  const basic = Buffer.from(`${ada.jiraEmail}:${ada.jiraToken.reveal()}`).toString('base64');
  return {
    gitlab: createGitLabPerson({
      name: 'GitLab',
      url: `${gitlab.url}/api/v4`,
      authorization: { header: 'private-token', value: ada.gitlabToken },
    }),
    jira: createJiraPerson({
      name: 'Jira',
      url: `${jira.url}/rest/api/3`,
      authorization: { header: 'authorization', value: new Secret(`Basic ${basic}`) },
    }),
  };
}
