import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toPlain } from '../plain.ts';
import { Secret } from '../secret.ts';
import { createRedactor } from './redact.ts';

/** Values with everything that escapes differently somewhere. */
const secretValue = fc.string({
  unit: fc.constantFrom(...'abcXYZ019_-.~+/= %&"\\\u00fc\n\'!()*'),
  minLength: 8,
  maxLength: 60,
});
const filler = fc.string({ unit: fc.constantFrom(...'xyz 0,:{}\n'), maxLength: 20 });

function encodeAll(value: string): string[] {
  const base64 = ['', 'oauth2:', 'agent@example.com:', 'a:', 'ab:'].flatMap((prefix) => {
    const bytes = Buffer.from(`${prefix}${value}`);
    return [bytes.toString('base64'), bytes.toString('base64url')];
  });
  const json = JSON.stringify(value);
  return [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ a: value }).toString().slice(2),
    json.slice(1, -1),
    JSON.stringify(json),
    ...base64,
  ];
}

describe('createRedactor', () => {
  it('masks in a text it has seen before what has become a secret since, among thousands of others', () => {
    const redactor = createRedactor();
    const texts = Array.from({ length: 3000 }, (_, at) => `line ${at} of swordfish`);
    for (const text of texts) expect(redactor.redact(text)).toBe(text);
    redactor.add('swordfish');
    for (const text of [...texts, ...texts]) expect(redactor.redact(text)).toBe(text.replace('swordfish', '[secret]'));
  });

  it('leaves no form of any secret readable, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(secretValue, { minLength: 1, maxLength: 4 }), filler, filler, (values, before, after) => {
        const redactor = createRedactor();
        for (const value of values) redactor.add(new Secret(value));
        for (const value of values) {
          for (const form of encodeAll(value)) {
            const redacted = redactor.redact(`${before} ${form} ${after}`);
            for (const secret of values)
              for (const shown of encodeAll(secret)) expect(redacted.includes(shown)).toBe(false);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives text without secrets back as it is', () => {
    const redactor = createRedactor();
    redactor.add('a-secret-of-this-test');
    fc.assert(fc.property(filler, (text) => redactor.redact(text) === text));
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(secretValue, filler, (value, text) => {
        const redactor = createRedactor();
        redactor.add(value);
        const once = redactor.redact(`${text}${value}${text}`);
        expect(redactor.redact(once)).toBe(once);
      }),
    );
  });

  it.each([
    {
      name: 'a secret inside a longer one',
      secrets: ['token-abc', 'token-abcdef'],
      text: 'x token-abcdef y',
      shown: 'x [secret] y',
    },
    { name: 'secrets that overlap', secrets: ['aaaabbbb', 'bbbbcccc'], text: '<aaaabbbbcccc>', shown: '<[secret]>' },
    { name: 'one after the other', secrets: ['aaaabbbb'], text: 'aaaabbbbaaaabbbb', shown: '[secret][secret]' },
    { name: 'a run of one letter', secrets: ['zzzz'], text: 'zzzzzz', shown: '[secret]' },
    {
      name: 'a Basic header as a whole',
      secrets: ['jira-token'],
      text: `Basic ${btoa('me@example.com:jira-token')}!`,
      shown: 'Basic [secret]!',
    },
    {
      name: 'a percent-encoded token in a URL',
      secrets: ['a/b+c=d&e'],
      text: 'https://x/?t=a%2Fb%2Bc%3Dd%26e&u=1',
      shown: 'https://x/?t=[secret]&u=1',
    },
    {
      name: 'percent-encoding in lower case',
      secrets: ['a/b+c=d&e'],
      text: 't=a%2fb%2bc%3dd%26e',
      shown: 't=[secret]',
    },
    {
      name: 'a secret without its shape',
      secrets: ['hunter22'],
      text: 'password hunter22.',
      shown: 'password [secret].',
    },
    {
      name: 'a secret that Markdown escaped',
      secrets: ['a*b~c_d<e'],
      text: String.raw`the a\*b\~c\_d\<e is`,
      shown: 'the [secret] is',
    },
    { name: 'a secret that HTML escaped', secrets: ['a&b<c>"d'], text: 'a&amp;b&lt;c&gt;&#34;d!', shown: '[secret]!' },
    {
      name: 'a secret with only some characters escaped',
      secrets: ['a*b~c&d'],
      text: String.raw`<a*b\~c&amp;d>`,
      shown: '<[secret]>',
    },
    {
      name: 'a shape that Markdown escaped in the middle',
      secrets: [],
      text: String.raw`use ${'glpat'}-abcdef\_ghijkl\_mnopqr now`,
      shown: 'use [secret] now',
    },
    {
      name: 'a secret that a character splits which is not seen',
      secrets: ['hunter-number-22'],
      text: 'it is hunter\u200b-number\u2060-22.',
      shown: 'it is [secret].',
    },
    {
      name: 'a secret that a joiner, a variation selector or a filler splits',
      secrets: ['hunter-number-22'],
      text: 'hunter\u200d-number-22, hunter-num\ufe0fber-22, hunter\u3164-number\u034f-22.',
      shown: '[secret], [secret], [secret].',
    },
    {
      name: 'a secret that JSON escaped as .NET, Go and Java do',
      secrets: ["a+b=c&d<e'f"],
      text: String.raw`{"key":"a\u002Bb=c\u0026d\u003Ce\u0027f","old":"a+b\u003dc\u0026d\u003ce\u0027f"}`,
      shown: '{"key":"[secret]","old":"[secret]"}',
    },
    {
      name: 'a secret in JSON inside of JSON',
      secrets: ['a+b=c&d'],
      text: String.raw`"{\"key\":\"a\\u002Bb=c\\u0026d\"}"`,
      shown: String.raw`"{\"key\":\"[secret]\"}"`,
    },
    {
      name: 'a secret in a URL that was encoded twice, in either case',
      secrets: ['a/b+c=d&e'],
      text: 'next=%2Fx%253Ft%253Da%252Fb%252Bc%253Dd%2526e, a%252fb%252bc%253dd%2526e',
      shown: 'next=%2Fx%253Ft%253D[secret], [secret]',
    },
    {
      name: 'the login of a registry that Kubernetes encoded once more',
      secrets: ['jira-token-of-a-test'],
      text: `auth: ${btoa(JSON.stringify({ auths: { r: { auth: btoa('me:jira-token-of-a-test') } } }))}.`,
      shown: 'auth: [secret].',
    },
    {
      name: 'a secret across a wrapped line, several too',
      secrets: ['hunter-number-22'],
      text: 'a hunter-num\n    ber-22, hunt\\\n  er-num\r\n\tber-2\n2, h\nunter-number-22.',
      shown: 'a [secret], [secret], [secret].',
    },
    {
      name: 'a secret across a line end that JSON escaped',
      secrets: ['hunter-number-22'],
      text: String.raw`{"a":"hunter-n\n    umber-22"}`,
      shown: '{"a":"[secret]"}',
    },
    {
      name: 'a Basic header that base64 wrapped',
      secrets: ['jira-token-of-a-test'],
      text: `Basic ${btoa('me@example.com:jira-token-of-a-test').replace(/^(.{36})/, '$1\n ')}!`,
      shown: 'Basic [secret]!',
    },
    {
      name: 'a secret in the quoted-printable text of a mail',
      secrets: ['hunter=number=22'],
      text: 'it is hunter=3Dnum=\nber=3D22, and hunter=3Dnumber=3D22.',
      shown: 'it is [secret], and [secret].',
    },
    {
      name: 'a secret that is partly bold or in italics',
      secrets: ['hunter-number-22'],
      text: 'hunter-**number**-22, *hunter*-number-22, **hunter-number**-22, ***hunter-n***umber-22.',
      shown: '[secret], *[secret], **[secret], ***[secret].',
    },
    {
      name: 'a secret in single quotes of a shell',
      secrets: ["hunter'number'22"],
      text: String.raw`export A='hunter'\''number'\''22'`,
      shown: "export A='[secret]'",
    },
    {
      name: 'a secret with the hyphens of typesetting or in full-width letters',
      secrets: ['hunter-number-22'],
      text: 'hunter\u2011number\u201022, \uff48\uff55\uff4e\uff54er\uff0dnumber-\uff12\uff12.',
      shown: '[secret], [secret].',
    },
    {
      name: 'a shape with the hyphens of typesetting',
      secrets: [],
      text: `use ${'glpat'}\u2011abcdefghijklmnopqrst now`,
      shown: 'use [secret] now',
    },
    {
      name: 'no words that make a short secret where two lines meet',
      secrets: ['over-there'],
      text: 'over-\nthere, over-**there**',
      shown: 'over-\nthere, over-**there**',
    },
    { name: 'nothing of three letters', secrets: ['abc'], text: 'abc', shown: 'abc' },
  ])('masks $name', ({ secrets, text, shown }) => {
    const redactor = createRedactor();
    for (const secret of secrets) redactor.add(secret);
    expect(redactor.redact(text)).toBe(shown);
  });

  it.each([
    {
      name: 'Markdown escaped',
      text: String.raw`use ${'glpat'}-abcdef\_ghijkl\_mnopqr now`,
      shown: 'use [secret] now',
    },
    {
      name: 'a zero-width space splits',
      text: `use ${'glpat'}-x7Y\u200bq2mNp4RsT6vWz8 now`,
      shown: 'use [secret] now',
    },
    {
      name: 'a joiner splits',
      text: `use ${'glpat'}-x7Y\u200dq2mNp4\ufe0fRsT6vWz8 now`,
      shown: 'use [secret] now',
    },
    {
      name: 'stands in a link that was switched off',
      text: 'https:\u200b//ci:Xk29fjw@gitlab.example.com',
      shown: 'https:\u200b//ci:[secret]@gitlab.example.com',
    },
  ])('writes no credential that $name', ({ text, shown }) => {
    expect(createRedactor().maskWritten(text)).toBe(shown);
  });

  it('knows a login of ours that Kubernetes encoded once more, and leaves other JSON in base64 alone', () => {
    const { add, maskKnown } = createRedactor();
    add('jira-token-of-a-test');
    const encode = (password: string) => btoa(JSON.stringify({ auths: { r: { auth: btoa(`me:${password}`) } } }));
    const other = encode('another-token-of-a-test');
    expect(maskKnown(`a ${encode('jira-token-of-a-test')} b ${other}`)).toBe(`a [secret] b ${other}`);
  });

  it('masks however many parts of a text', () => {
    const redactor = createRedactor();
    redactor.add('aaaaaaaaaaaa');
    expect(redactor.maskKnown('a\n'.repeat(20_000))).toBe('[secret]\n');
  });

  it('masks inside data of any shape, keys included', () => {
    const redactor = createRedactor();
    redactor.add('canary-token');
    const error = new Error('refused canary-token', { cause: new Error('because of canary-token') });

    const data = {
      'key canary-token': ['canary-token', { deep: new Map([['a', 'x canary-token']]) }],
      error,
      own: new Secret('other-value'),
    };

    expect(toPlain(data, { mapText: redactor.redact })).toEqual({
      'key [secret]': ['[secret]', { deep: { a: 'x [secret]' } }],
      error: { name: 'Error', message: 'refused [secret]', cause: { name: 'Error', message: 'because of [secret]' } },
      own: '[secret]',
    });
  });
});
