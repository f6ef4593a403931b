import { expect, it } from 'vitest';
import { RemoteLinksResponse } from './api-schemas.ts';
import { readRemoteLinks } from './read-remote-links.ts';

const read = (answer: unknown) => readRemoteLinks(RemoteLinksResponse.parse(answer));
const link = (url: string, title = 'Page') => ({ id: 1, self: '', object: { url, title } });

it('reads title and address of each link, and the id an app gave it', () => {
  const ofApp = {
    ...link('https://wiki.example/7', 'Rounding'),
    globalId: 'appId=1&pageId=7',
    relationship: 'Wiki Page',
  };
  expect(read([ofApp, link('http://intranet/a b')])).toEqual([
    { globalId: 'appId=1&pageId=7', title: 'Rounding', url: 'https://wiki.example/7' },
    { title: 'Page', url: 'http://intranet/a%20b' },
  ]);
});

it('takes name and password out of an address, and only addresses of the web', () => {
  const urls = ['https://ada:hunter2@wiki.example/x', 'javascript:alert(1)', 'file:///etc/passwd', 'wiki page'];
  expect(read(urls.map((url) => link(url, url.slice(0, 4)))).map(({ url }) => url)).toEqual([
    'https://wiki.example/x',
    undefined,
    undefined,
    undefined,
  ]);
});

it('has each page once, and does without an entry that cannot be read', () => {
  expect(read([link('https://a.example'), { object: null }, link('https://a.example'), 7])).toHaveLength(1);
  expect(read(undefined)).toEqual([]);
});
