import { describe, expect, it } from 'vitest';

import { parseRemoteUrl } from './parse-remote-url.ts';

const GITLAB = 'https://gitlab.example.com';

describe('parseRemoteUrl', () => {
  it.each([
    // HTTPS and HTTP
    ['https://gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['https://gitlab.example.com/group/app', GITLAB, 'group/app'],
    ['https://gitlab.example.com/group/app/', GITLAB, 'group/app'],
    ['https://gitlab.example.com/group/app.git/', GITLAB, 'group/app'],
    ['https://gitlab.example.com/group/sub/deeper/app.git', GITLAB, 'group/sub/deeper/app'],
    ['https://gitlab.example.com:8443/group/app.git', 'https://gitlab.example.com:8443', 'group/app'],
    ['https://gitlab.example.com:443/group/app.git', GITLAB, 'group/app'],
    ['http://gitlab.example.com/group/app.git', 'http://gitlab.example.com', 'group/app'],
    ['http://gitlab.example.com:8080/group/app.git', 'http://gitlab.example.com:8080', 'group/app'],
    ['HTTPS://GitLab.Example.COM/Group/App.git', GITLAB, 'Group/App'],
    ['https://user@gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['https://oauth2:not-a-real-secret@gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['https://code.example.org/team/app.git', 'https://code.example.org', 'team/app'],
    ['https://10.0.0.5/group/app.git', 'https://10.0.0.5', 'group/app'],
    ['https://localhost:3000/group/app.git', 'https://localhost:3000', 'group/app'],
    ['https://gitlab.com/group/my.dotted-app_2.git', 'https://gitlab.com', 'group/my.dotted-app_2'],
    ['https://gitlab.com/group/app.github.io.git', 'https://gitlab.com', 'group/app.github.io'],
    ['https://gitlab.com/group/app/-/tree/main/src', 'https://gitlab.com', 'group/app'],
    ['https://gitlab.com/group/sub/app/-/merge_requests/7', 'https://gitlab.com', 'group/sub/app'],
    ['git+https://gitlab.com/group/app.git', 'https://gitlab.com', 'group/app'],
    // SSH as a URL
    ['ssh://git@gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['ssh://git@gitlab.example.com:2222/group/app.git', GITLAB, 'group/app'],
    ['ssh://git@gitlab.example.com:22/group/sub/app', GITLAB, 'group/sub/app'],
    ['ssh://gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['ssh://git@altssh.gitlab.com:443/group/app.git', 'https://gitlab.com', 'group/app'],
    ['ssh://git@[2001:db8::1]:2222/group/app.git', 'https://[2001:db8::1]', 'group/app'],
    ['git+ssh://git@gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['ssh+git://git@gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    // The short form of SSH
    ['git@gitlab.example.com:group/app.git', GITLAB, 'group/app'],
    ['git@gitlab.example.com:group/app', GITLAB, 'group/app'],
    ['git@gitlab.example.com:group/sub/deeper/app.git', GITLAB, 'group/sub/deeper/app'],
    ['git@gitlab.example.com:/group/app.git', GITLAB, 'group/app'],
    ['gitlab.example.com:group/app.git', GITLAB, 'group/app'],
    ['deploy@code.example.org:team/app.git', 'https://code.example.org', 'team/app'],
    ['[git@gitlab.example.com:2222]:group/app.git', GITLAB, 'group/app'],
    ['git@[gitlab.example.com:2222]:group/app.git', GITLAB, 'group/app'],
    ['git@[2001:db8::1]:group/app.git', 'https://[2001:db8::1]', 'group/app'],
    ['work-laptop:group/app.git', 'https://work-laptop', 'group/app'],
    // Others
    ['git://gitlab.example.com/group/app.git', GITLAB, 'group/app'],
    ['  https://gitlab.example.com/group/app.git\n', GITLAB, 'group/app'],
  ])('reads %s', (text, baseUrl, repo) => {
    expect(parseRemoteUrl(text)).toMatchObject({ baseUrl, repo });
  });

  it.each([
    [
      'https://example.com/gitlab/group/app.git',
      'https://example.com/gitlab',
      'https://example.com/gitlab',
      'group/app',
    ],
    [
      'https://example.com/gitlab/group/app.git',
      'https://example.com/gitlab/',
      'https://example.com/gitlab',
      'group/app',
    ],
    ['git@example.com:group/app.git', 'https://example.com/gitlab', 'https://example.com/gitlab', 'group/app'],
    ['git@example.com:gitlab/app.git', 'https://example.com/gitlab', 'https://example.com/gitlab', 'gitlab/app'],
    [
      'ssh://git@example.com:2222/group/sub/app.git',
      'https://example.com/a/b',
      'https://example.com/a/b',
      'group/sub/app',
    ],
    [
      'https://other.example.com/gitlab/app.git',
      'https://example.com/gitlab',
      'https://other.example.com',
      'gitlab/app',
    ],
    ['git@example.com:group/app.git', 'http://example.com:8080', 'http://example.com:8080', 'group/app'],
  ])('reads %s when GitLab is at %s', (text, gitlabUrl, baseUrl, repo) => {
    expect(parseRemoteUrl(text, { gitlabUrl })).toMatchObject({ baseUrl, repo });
  });

  it.each([
    '',
    '/srv/git/app.git',
    './app.git',
    '../group/app',
    'C:\\code\\app',
    'C:/code/app',
    'file:///srv/git/group/app.git',
    'https://gitlab.example.com',
    'https://gitlab.example.com/app.git',
    'https://gitlab.example.com/group/a b.git',
    'ftp://gitlab.example.com/group/app.git',
    'not a url',
    'https://',
  ])('finds no repository in %j', (text) => {
    expect(parseRemoteUrl(text)).toBeUndefined();
  });

  it.each([
    ['https://gitlab.com/group/app.git', 'gitlab'],
    ['git@gitlab.corp.example:group/app.git', 'gitlab'],
    ['git@my-gitlab.example.com:group/app.git', 'gitlab'],
    ['https://github.com/owner/app.git', 'github'],
    ['git@github.example.com:owner/app.git', 'github'],
    ['ssh://git@ssh.github.com:443/owner/app.git', 'github'],
    ['https://bitbucket.org/owner/app.git', 'bitbucket'],
    ['https://dev.azure.com/org/project/_git/app', 'azure-devops'],
    ['https://code.example.org/team/app.git', 'unknown'],
  ])('takes %s for %s', (text, platform) => {
    expect(parseRemoteUrl(text)?.platform).toBe(platform);
  });

  it('keeps nothing of a user name or password', () => {
    const remote = parseRemoteUrl('https://ada:not-a-real-secret@gitlab.example.com/group/app.git');

    expect(JSON.stringify(remote)).not.toMatch(/ada|not-a-real-secret/);
  });

  it('tells groups from the name, and names a port only when it is unusual', () => {
    expect(parseRemoteUrl('ssh://git@gitlab.example.com:2222/group/sub/app.git')).toEqual({
      protocol: 'ssh',
      platform: 'gitlab',
      host: 'gitlab.example.com',
      port: 2222,
      baseUrl: GITLAB,
      repo: 'group/sub/app',
      name: 'app',
    });
  });
});
