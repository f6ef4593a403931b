import { describe, expect, it } from 'vitest';

import { aFinding, REFS } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aDiscussion, aNote, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import type { Discussion, Note } from '../ports/gitlab.ts';
import type { Finding } from './finding.ts';
import { formatFindingNote } from './format-finding-note.ts';
import { formatFixAnswer, formatReply, formatVerdict } from './format-reply.ts';
import { parseDiff } from './parse-diff.ts';
import { type NotesInput, planNotes } from './plan-notes.ts';

const SCOPE = 'mr~7~3';
const OLD = 'd'.repeat(40);
const context = { scope: SCOPE, noteId: 1 };
const IGNORED = aNote({ author: AGENT, body: formatReply({ kind: 'ignored' }, context) });

describe('planNotes', () => {
  it('posts the most severe first and prepares suggestions that apply', () => {
    const findings = [at(1, { severity: 'nit' }), at(2, { severity: 'blocker', suggestion: 'TWO();' })];
    const headContents = new Map([['a.ts', 'one();\ntwo();\nthree();\none();\n']]);
    const plan = planWith({ findings, headContents });
    expect(plan.post.map(({ finding, suggestion }) => [finding.severity, suggestion?.kind])).toEqual([
      ['blocker', 'applicable'],
      ['nit', undefined],
    ]);
  });

  it('posts the surest first of equal severity', () => {
    const findings = [
      at(1, { confidence: 0.4 }),
      at(2, { confidence: 0.9 }),
      at(3, { severity: 'nit', confidence: 1 }),
    ];
    expect(planWith({ findings, cap: 1 }).post.map(({ finding }) => finding.startLine)).toEqual([2]);
    expect(planWith({ findings }).post.map(({ finding }) => finding.startLine)).toEqual([2, 1, 3]);
  });

  it('looks for the content of a file under its new name, also where the finding has no line in the diff', () => {
    const files = () =>
      parseDiff(
        'diff --git a/a.ts b/b.ts\nsimilarity index 90%\nrename from a.ts\nrename to b.ts\n--- a/a.ts\n+++ b/b.ts\n@@ -1 +1,2 @@\n one();\n+two();\n',
      );
    const suggestionAt = (line: number, name: string) => {
      const findings = [at(line, { suggestion: 'TWO();' })];
      const [planned] = planWith({
        findings,
        files: files(),
        headContents: new Map([[name, 'one();\ntwo();\n']]),
      }).post;
      return planned?.suggestion;
    };
    expect(suggestionAt(2, 'b.ts')).toMatchObject({ kind: 'applicable' });
    expect(suggestionAt(2, 'a.ts')).toEqual({ kind: 'shown', reason: 'unknown-file' });
    expect(suggestionAt(9, 'b.ts')).toEqual({ kind: 'shown', reason: 'not-inline' });
    const [elsewhere] = planWith({ findings: [at(1, { path: 'c.ts', suggestion: 'x' })] }).post;
    expect(elsewhere?.suggestion).toEqual({ kind: 'shown', reason: 'not-inline' });
  });

  it('plans only the rest after a crash between the third and the fourth of seven', () => {
    const files = fileWith(...Array.from({ length: 7 }, (_, index) => `call${index}();`));
    const findings = Array.from({ length: 7 }, (_, index) => at(index + 1));
    const first = planWith({ findings, files });
    const posted = first.post.slice(0, 3).map((planned) => posting(planned.finding, files));
    const second = planWith({ findings, files, discussions: posted });
    expect(first.post).toHaveLength(7);
    expect(second.post).toEqual(first.post.slice(3));
    expect(second.skip.map(({ reason }) => reason)).toEqual(Array(3).fill('already-posted'));
  });

  it.each<{
    name: string;
    replies?: Note[];
    first?: Partial<Note>;
    finding?: Partial<Finding>;
    lines?: string[];
    startLine?: number;
    reason: string;
  }>([
    { name: 'it is open', reason: 'already-posted' },
    { name: 'its lines moved', lines: ['new();', 'new2();', 'one();'], startLine: 3, reason: 'already-posted' },
    { name: 'it says it in other words', finding: { title: 'Ignored result of the call' }, reason: 'already-posted' },
    { name: 'a person resolved it', first: { resolved: true, resolvedBy: PERSON }, reason: 'settled-by-person' },
    { name: 'it is not known who resolved it', first: { resolved: true }, reason: 'settled-by-person' },
    { name: 'a person said something about it', replies: [aNote({ body: 'By design.' })], reason: 'already-posted' },
    {
      name: 'a person wrote ignore and the agent obeyed',
      replies: [aNote({ body: '/copilot ignore' }), IGNORED],
      reason: 'dismissed',
    },
    {
      name: 'a person wrote ignore and may not',
      replies: [
        aNote({ body: '/copilot ignore' }),
        aNote({ author: AGENT, body: formatReply({ kind: 'no-permission', branch: 'x' }, context) }),
      ],
      reason: 'already-posted',
    },
    {
      name: 'a person wrote ignore and has no answer yet',
      replies: [aNote({ body: '/copilot ignore' })],
      reason: 'already-posted',
    },
    {
      name: 'the agent agrees with a person who may not dismiss it',
      replies: [
        aNote({ body: 'Rather not.' }),
        aNote({ author: AGENT, body: formatReply({ kind: 'not-dismissed', text: 'True.', branch: 'x' }, context) }),
      ],
      reason: 'already-posted',
    },
    {
      name: 'the agent accepted a no',
      replies: [
        aNote({ body: 'Rather not, we like it.' }),
        aNote({ author: AGENT, body: formatReply({ kind: 'accepted-no', text: 'All right.' }, context) }),
      ],
      reason: 'dismissed',
    },
    {
      name: 'a person dismissed it and the agent resolved it',
      first: { resolved: true, resolvedBy: AGENT },
      replies: [aNote({ body: '/copilot ignore' }), IGNORED],
      reason: 'dismissed',
    },
    {
      name: 'a bot dismissed it, which counts for nothing',
      replies: [aNote({ author: OTHER_BOT, body: '/copilot ignore' })],
      reason: 'already-posted',
    },
  ])(
    'does not post a finding again when $name',
    ({ replies = [], first = {}, finding = {}, lines = ['one();'], startLine = 1, reason }) => {
      const thread = posting(at(1), fourCalls(), first, replies);
      const plan = planWith({ findings: [at(startLine, finding)], files: fileWith(...lines), discussions: [thread] });
      expect(plan.post).toEqual([]);
      expect(plan.skip).toMatchObject([{ reason }]);
    },
  );

  it.each([
    "This doesn't work as intended, I will fix it.",
    "You are right, we can't accept the risk.",
    'I thought this was a false positive but you are right.',
    'The expected behavior is a 404, fixing now.',
    "please don't ignore this",
    "Won't fix.",
  ])('takes no words for a no, because words alone cannot tell: %s', (body) => {
    const thread = posting(at(1), fourCalls(), { resolved: true, resolvedBy: AGENT }, [aNote({ body })]);
    const plan = planWith({ findings: [at(1)], discussions: [thread] });
    expect(plan).toMatchObject({ skip: [], reopen: [{ discussionId: thread.id }] });
  });

  const states = {
    dismissed: () => posting(at(1), fourCalls(), {}, [IGNORED]),
    settled: () => posting(at(1), fourCalls(), { resolved: true, resolvedBy: PERSON }),
    open: () => posting(at(1), fourCalls()),
    fixed: () => posting(at(1), fourCalls(), { resolved: true, resolvedBy: AGENT }),
  };
  type State = keyof typeof states;
  it.each<{ both: [State, State]; reason?: string }>([
    { both: ['dismissed', 'settled'], reason: 'dismissed' },
    { both: ['dismissed', 'open'], reason: 'dismissed' },
    { both: ['dismissed', 'fixed'], reason: 'dismissed' },
    { both: ['settled', 'open'], reason: 'settled-by-person' },
    { both: ['settled', 'fixed'], reason: 'settled-by-person' },
    { both: ['open', 'fixed'], reason: 'already-posted' },
  ])('of two threads that say the same, $both, the first decides', ({ both, reason }) => {
    for (const order of [both, both.toReversed()]) {
      const plan = planWith({ findings: [at(1)], discussions: order.map((state) => states[state]()) });
      expect(plan).toMatchObject({ post: [], reopen: [], skip: [{ reason }] });
    }
  });

  it.each([
    {
      name: 'a system note',
      note: aNote({ author: PERSON, system: true, resolvable: false, body: 'changed this line' }),
    },
    { name: 'an answer of the agent', note: aNote({ author: AGENT, body: 'Pushed.', resolved: true }) },
  ])('takes a thread that a person resolved for settled, with $name in it', ({ note }) => {
    const thread = posting(at(1), fourCalls(), { resolved: true, resolvedBy: PERSON }, [note]);
    expect(planWith({ findings: [at(1)], discussions: [thread] }).skip).toMatchObject([
      { reason: 'settled-by-person' },
    ]);
  });

  it('opens a thread again when the problem it resolved is back', () => {
    const thread = posting(at(1), fourCalls(), { resolved: true, resolvedBy: AGENT });
    const plan = planWith({ findings: [at(1)], discussions: [thread] });
    expect(plan).toMatchObject({ post: [], skip: [], reopen: [{ discussionId: thread.id }] });
  });

  it('believes no marker that a person typed', () => {
    const forged = posting(at(1), fourCalls(), { author: PERSON });
    expect(planWith({ findings: [at(1)], discussions: [forged] }).post).toHaveLength(1);
  });

  it('posts another problem at the same line', () => {
    const plan = planWith({
      findings: [at(1, { title: 'Name is misleading' })],
      discussions: [posting(at(1), fourCalls())],
    });
    expect(plan.post).toHaveLength(1);
  });

  it('posts a like problem elsewhere outside the diff', () => {
    const outside = (title: string) => at(900, { title });
    const plan = planWith({
      findings: [outside('Result of load is ignored')],
      discussions: [posting(outside('Result is ignored'), fourCalls())],
    });
    expect(plan.post).toHaveLength(1);
  });

  it('posts the same problem in two equal lines twice, each once', () => {
    const findings = [at(1), at(4)];
    const first = planWith({ findings });
    expect(new Set(first.post.map(({ identity }) => identity.fingerprint)).size).toBe(2);
    const discussions = first.post.map(({ finding, identity, placement }) =>
      aDiscussion([
        aNote({
          author: AGENT,
          body: formatFindingNote({ finding, identity, placement }, placement, { headSha: REFS.headSha, scope: SCOPE }),
        }),
      ]),
    );
    expect(
      planWith({ findings, discussions: discussions.slice(0, 1) }).post.map(({ finding }) => finding.startLine),
    ).toEqual([4]);
    expect(planWith({ findings, discussions }).post).toEqual([]);
  });

  it('numbers equal findings at lines of their own, and those of the two sides', () => {
    const files = parseDiff(
      'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1,3 @@\n-one();\n+one();\n+one();\n+one();\n',
    );
    const plan = planWith({ findings: [at(1), at(2), at(3), at(1, { side: 'old' }), at(2)], files });
    const [first = ''] = plan.post.map(({ identity }) => identity.fingerprint);
    expect(plan.post.map(({ identity }) => identity.fingerprint)).toEqual([
      first,
      `${first}~2`,
      `${first}~3`,
      `${first}~4`,
    ]);
    expect(plan.skip).toMatchObject([{ reason: 'repeated', finding: { startLine: 2 } }]);
  });

  it('opens a thread again once, for the first of the findings that are its own', () => {
    const thread = posting(at(1), fourCalls(), { resolved: true, resolvedBy: AGENT });
    const findings = [at(1), at(1, { title: 'Ignored result of the call' })];
    expect(planWith({ findings, discussions: [thread] })).toMatchObject({
      post: [],
      reopen: [{ discussionId: thread.id, finding: { title: 'The result is ignored' } }],
      skip: [{ reason: 'already-posted', finding: { title: 'Ignored result of the call' } }],
    });
  });

  it('opens no plain note again, because there is nothing to open', () => {
    const note = posting(at(1), fourCalls(), { resolved: true, resolvedBy: AGENT, resolvable: false });
    expect(planWith({ findings: [at(1)], discussions: [note] })).toMatchObject({
      reopen: [],
      skip: [{ reason: 'already-posted' }],
    });
  });

  it('drops a repetition within one review', () => {
    const plan = planWith({ findings: [at(1), at(1, { explanation: 'Again.' })] });
    expect(plan).toMatchObject({ post: [{}], skip: [{ reason: 'repeated' }] });
  });

  it.each([
    { at: 'this head', headSha: REFS.headSha, replies: [], posted: 0 },
    { at: 'an earlier head', headSha: OLD, replies: [], posted: 1 },
    { at: 'an earlier head, dismissed', headSha: OLD, replies: [IGNORED], posted: 0 },
  ])('posts a finding again whose plain note is of $at: $posted times', ({ headSha, replies, posted }) => {
    const old = posting(at(1), fourCalls(), { resolvable: false }, replies, headSha);
    expect(planWith({ findings: [at(1)], discussions: [old] }).post).toHaveLength(posted);
  });

  it('leaves out what is suppressed', () => {
    const [planned] = planWith({ findings: [at(1)] }).post;
    const suppressed = new Set([planned?.identity.fingerprint ?? '']);
    expect(planWith({ findings: [at(1)], suppressed })).toMatchObject({ post: [], skip: [{ reason: 'dismissed' }] });
  });

  it('keeps what is over the cap for the summary, and counts what an earlier attempt posted', () => {
    const findings = [at(1), at(2), at(3)];
    expect(planWith({ findings, cap: 2 })).toMatchObject({ post: [{}, {}], overflow: [{}] });
    const discussions = [posting(at(1), fourCalls())];
    expect(planWith({ findings, cap: 2, discussions })).toMatchObject({ post: [{}], overflow: [{}] });
  });

  it('counts for the cap what was posted at this head only', () => {
    const earlier = [posting(at(1)), posting(at(2))].map(({ notes: [note], ...discussion }) => ({
      ...discussion,
      notes: note ? [{ ...note, body: note.body.replaceAll(REFS.headSha, 'd'.repeat(40)) }] : [],
    }));
    expect(planWith({ findings: [at(3)], cap: 1, discussions: earlier })).toMatchObject({ post: [{}], overflow: [] });
    const atHead = [posting(at(1)), posting(at(2))];
    expect(planWith({ findings: [at(3)], cap: 1, discussions: atHead })).toMatchObject({ post: [], overflow: [{}] });
    expect(planWith({ findings: [at(3)], cap: 0 })).toMatchObject({ post: [], overflow: [{}] });
  });

  it('lists what is below the least severity, and neither posts it nor opens its thread again', () => {
    const findings = [at(1, { severity: 'minor' }), at(2, { severity: 'nit' }), at(3, { severity: 'major' })];
    const fixed = posting(at(2), fourCalls(), { resolved: true, resolvedBy: AGENT });
    const plan = planWith({ findings, minSeverity: 'major', cap: 2, discussions: [fixed] });
    expect(plan).toMatchObject({ post: [{ finding: { startLine: 3 } }], overflow: [], reopen: [] });
    expect(plan.noticed.map(({ severity }) => severity)).toEqual(['minor', 'nit']);
    expect(planWith({ findings, minSeverity: 'minor' }).noticed.map(({ severity }) => severity)).toEqual(['nit']);
  });

  it('lists no finding below the least severity that a person settled or that stands in an open thread', () => {
    const findings = [at(1, { severity: 'nit' }), at(2, { severity: 'nit' })];
    const settled = posting(at(1), fourCalls(), { resolved: true, resolvedBy: PERSON });
    const plan = planWith({ findings, minSeverity: 'major', discussions: [settled, posting(at(2))] });
    expect(plan).toMatchObject({ noticed: [], skip: [{ reason: 'settled-by-person' }, { reason: 'already-posted' }] });
  });

  it('loses no finding: each is posted, kept for the summary, reopened or skipped with a reason', () => {
    const findings = [at(1), at(1), at(2), at(3), at(900), at(1, { path: 'other.ts' }), at(4, { severity: 'nit' })];
    const plan = planWith({
      findings,
      cap: 3,
      minSeverity: 'minor',
      discussions: [posting(at(2), fourCalls(), { resolved: true })],
    });
    const listed = plan.overflow.length + plan.noticed.length;
    expect(plan.post.length + listed + plan.reopen.length + plan.skip.length).toBe(findings.length);
  });
});

describe('verdicts on own threads', () => {
  const verdictNote = () =>
    aNote({
      author: AGENT,
      body: formatVerdict(
        { discussionId: 'd', status: 'fixed', reason: '', reply: true, resolve: false },
        REFS.headSha,
        SCOPE,
      ),
    });

  const mendedNote = () => {
    const fix = { discussionId: 'd', status: 'fixed' as const, what: 'It is used.' };
    return aNote({
      author: AGENT,
      body: formatFixAnswer(fix, { scope: SCOPE, runId: 'run-1', commitSha: REFS.headSha }),
    });
  };

  it.each<{
    name: string;
    status?: 'fixed' | 'partly' | 'not';
    resolution?: NotesInput['resolution'];
    replies?: Note[];
    first?: Partial<Note>;
    raisedAgain?: boolean;
    otherFinding?: boolean;
    expected: object[];
  }>([
    { name: 'resolves what is fixed', expected: [{ status: 'fixed', reply: true, resolve: true }] },
    {
      name: 'resolves what is fixed although it finds something else',
      otherFinding: true,
      expected: [{ status: 'fixed', reply: true, resolve: true }],
    },
    {
      name: 'resolves where only the system wrote',
      replies: [aNote({ author: PERSON, system: true, resolvable: false, body: 'changed this line' })],
      expected: [{ status: 'fixed', reply: true, resolve: true }],
    },
    {
      name: 'only says so where the binding says suggest',
      resolution: 'suggest',
      expected: [{ reply: true, resolve: false }],
    },
    { name: 'does nothing where the binding says off', resolution: 'off', expected: [] },
    {
      name: 'resolves what the agent has mended itself',
      resolution: 'suggest',
      replies: [mendedNote()],
      expected: [{ status: 'fixed', reply: true, resolve: true }],
    },
    {
      name: 'leaves what the agent has mended to a person who spoke of it',
      resolution: 'suggest',
      replies: [mendedNote(), aNote({ body: 'Is it?' })],
      expected: [{ reply: true, resolve: false }],
    },
    {
      name: 'leaves what the agent has mended in part',
      status: 'partly',
      resolution: 'suggest',
      replies: [mendedNote()],
      expected: [{ status: 'partly', resolve: false }],
    },
    {
      name: 'does not resolve where another account spoke',
      replies: [aNote({ body: 'Fixed.' })],
      expected: [{ reply: true, resolve: false }],
    },
    {
      name: 'says partly and leaves the thread open',
      status: 'partly',
      expected: [{ status: 'partly', reply: true, resolve: false }],
    },
    { name: 'says nothing when nothing changed', status: 'not', expected: [] },
    { name: 'does not repeat itself', resolution: 'suggest', replies: [verdictNote()], expected: [] },
    {
      name: 'resolves without repeating itself',
      replies: [verdictNote()],
      expected: [{ reply: false, resolve: true }],
    },
    { name: 'leaves resolved threads alone', first: { resolved: true, resolvedBy: AGENT }, expected: [] },
    { name: 'leaves threads of people alone', first: { author: PERSON }, expected: [] },
    { name: 'leaves plain notes alone', first: { resolvable: false }, expected: [] },
    { name: 'does not call fixed what it finds again', raisedAgain: true, expected: [] },
  ])('$name', ({ status = 'fixed', resolution = 'resolve', replies = [], first = {}, expected, ...finds }) => {
    const thread = posting(at(1), fourCalls(), first, replies);
    const verdicts = [{ discussionId: thread.id, status, reason: 'The result is used.' }];
    const findings = [...(finds.raisedAgain ? [at(1)] : []), ...(finds.otherFinding ? [at(3)] : [])];
    const plan = planWith({ verdicts, resolution, discussions: [thread], findings });
    expect(plan.resolve).toMatchObject(expected);
    expect(plan.resolve).toHaveLength(expected.length);
  });

  it('touches no thread that is not its own, whatever id comes back', () => {
    const human = aDiscussion([aNote()]);
    const verdicts = [
      { discussionId: human.id, status: 'fixed' as const, reason: '' },
      { discussionId: 'made-up', status: 'fixed' as const, reason: '' },
    ];
    expect(planWith({ verdicts, resolution: 'resolve', discussions: [human] }).resolve).toEqual([]);
  });
});

function planWith(values: Partial<NotesInput>) {
  return planNotes({
    findings: [],
    discussions: [],
    ownUserId: AGENT.id,
    files: fourCalls(),
    refs: REFS,
    cap: 20,
    minSeverity: 'nit',
    verdicts: [],
    resolution: 'suggest',
    ...values,
  });
}

function at(startLine: number, values: Partial<Finding> = {}): Finding {
  return aFinding({ path: 'a.ts', startLine, ...values });
}

/** The discussion that posting a finding would have made. */
function posting(
  finding: Finding,
  files = fourCalls(),
  first: Partial<Note> = {},
  replies: Note[] = [],
  headSha = REFS.headSha,
): Discussion {
  const [planned] = planNotes({
    findings: [finding],
    discussions: [],
    ownUserId: AGENT.id,
    files,
    refs: REFS,
    cap: 1,
    minSeverity: 'nit',
    verdicts: [],
    resolution: 'off',
  }).post;
  if (!planned) throw new Error('nothing was planned');
  const body = formatFindingNote(planned, planned.placement, { headSha, scope: SCOPE });
  return aDiscussion([aNote({ author: AGENT, body, ...first }), ...replies]);
}

/** A new file whose first and last line are equal. */
function fourCalls() {
  return fileWith('one();', 'two();', 'three();', 'one();');
}

function fileWith(...lines: string[]) {
  const header = ['diff --git a/a.ts b/a.ts', 'new file mode 100644', '--- /dev/null', '+++ b/a.ts'];
  return parseDiff([...header, `@@ -0,0 +1,${lines.length} @@`, ...lines.map((line) => `+${line}`), ''].join('\n'));
}
