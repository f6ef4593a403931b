import { describe, expect, it } from 'vitest';
import { sameHost } from './clone-url.ts';

describe('a clone URL', () => {
  it.each([
    ['https://gitlab.example.com/group/app.git', 'https://gitlab.example.com', true],
    ['https://gitlab.example.com:443/group/app.git', 'https://gitlab.example.com/', true],
    ['https://GitLab.Example.com/group/app.git', 'https://gitlab.example.com', true],
    ['https://example.com/gitlab/group/app.git', 'https://example.com/gitlab', true],
    ['http://127.0.0.1:8080/group/app.git', 'http://127.0.0.1:8080', true],
    ['http://gitlab.example.com/group/app.git', 'https://gitlab.example.com', false],
    ['https://gitlab.example.com:8443/group/app.git', 'https://gitlab.example.com', false],
    ['https://gitlab.example.com.evil.test/app.git', 'https://gitlab.example.com', false],
    ['https://gitlab.example.com@evil.test/app.git', 'https://gitlab.example.com', false],
    ['https://user:pw@gitlab.example.com/app.git', 'https://gitlab.example.com', false],
    ['https://evil.test/gitlab.example.com/app.git', 'https://gitlab.example.com', false],
    ['http://127.0.0.1:8081/group/app.git', 'http://127.0.0.1:8080', false],
    ['git@gitlab.example.com:group/app.git', 'https://gitlab.example.com', false],
    ['ssh://git@gitlab.example.com/group/app.git', 'https://gitlab.example.com', false],
    ['file:///etc/passwd', 'file:///etc', false],
    ['', 'https://gitlab.example.com', false],
  ])('%s on %s: %s', (cloneUrl, gitlabUrl, expected) => {
    expect(sameHost(cloneUrl, gitlabUrl)).toBe(expected);
  });
});
