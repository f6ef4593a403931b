import * as z from 'zod';
import { pushCommit } from '../actions/push.ts';
import { listStoredFiles, readStoredFile } from '../git/read-file.ts';
import { canPush, DEVELOPER, REPORTER } from '../http/access.ts';
import { badRequest, forbidden, notFound } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf, readParams } from '../http/read-params.ts';
import type { Route } from '../http/route.ts';
import type { SandboxProject } from '../state/fake-state.ts';
import { viewCommit } from './commits.ts';

const NewCommit = z.object({
  branch: z.string().min(1),
  commit_message: z.string().min(1),
  actions: z
    .array(
      z.object({
        action: z.enum(['create', 'update', 'delete']),
        file_path: z.string().min(1),
        content: z.string().default(''),
      }),
    )
    .min(1),
});
type Action = z.output<typeof NewCommit>['actions'][number];

/** Files of a repository, and commits that are made without git. */
export const fileRoutes: Route[] = [
  {
    name: 'GET /projects/:id/repository/tree',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const files = await listStoredFiles(project.repository, call.query.get('ref') ?? project.defaultBranch);
      if (!files) throw notFound('Tree');
      // Only the files of the whole tree: nothing here asks for one folder.
      return paginate(call, files, (file) => ({ ...file, name: file.path.split('/').at(-1), type: 'blob' }));
    },
  },
  {
    name: 'GET /projects/:id/repository/files/:file',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const ref = call.query.get('ref') ?? project.defaultBranch;
      const file_path = call.params['file'] ?? '';
      const file = await readStoredFile(project.repository, ref, file_path);
      if (!file) throw notFound('File');
      const { content, blobId: blob_id, mode } = file;
      const file_name = file_path.split('/').at(-1);
      const body = { file_name, file_path, size: content.length, encoding: 'base64', ref, blob_id };
      return {
        status: 200,
        body: { ...body, content: content.toString('base64'), execute_filemode: mode === '100755' },
      };
    },
  },
  {
    name: 'POST /projects/:id/repository/commits',
    async handle(call) {
      const project = projectOf(call, DEVELOPER);
      const { branch, commit_message: message, actions } = readParams(NewCommit, call);
      if (!canPush(project, call.user, branch)) throw forbidden();
      if (!project.repository.branches.has(branch))
        throw badRequest('You can only create or edit files when you are on a branch');
      const files = Object.fromEntries(
        await Promise.all(actions.map(async (action) => [action.file_path, await toContent(project, branch, action)])),
      );
      const sha = await pushCommit(call.state, project, { branch, message, files }, call.user);
      return { status: 201, body: await viewCommit(call.state, project, sha) };
    },
  },
];

/** @throws {ApiError} 400 for a file that should be there and is not, or the other way round */
async function toContent({ repository }: SandboxProject, branch: string, { action, file_path, content }: Action) {
  const before = await readStoredFile(repository, branch, file_path);
  if (action === 'create' && before) throw badRequest('A file with this name already exists');
  if (action !== 'create' && !before) throw badRequest("A file with this name doesn't exist");
  if (action === 'delete') return null;
  return before?.mode === '100755' ? { content, mode: '100755' as const } : content;
}
