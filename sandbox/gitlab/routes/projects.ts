import * as z from 'zod';
import { noticeBranchChanges } from '../actions/push.ts';
import { accessLevelOf, DEVELOPER, MAINTAINER, REPORTER } from '../http/access.ts';
import { ApiError, forbidden, notFound } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf, readParams } from '../http/read-params.ts';
import type { Route } from '../http/route.ts';
import { projectsOfGroup, visibleProjects } from '../http/visible-projects.ts';
import { viewBranch, viewProject, viewUser } from '../views/views.ts';

/** Projects, their branches and their members. */
export const projectRoutes: Route[] = [
  {
    name: 'GET /projects',
    handle(call) {
      return paginate(call, visibleProjects(call), (project) => viewProject(call.state, project, call.user));
    },
  },
  {
    name: 'GET /groups/:id/projects',
    handle(call) {
      const isBelow = call.query.get('include_subgroups') === 'true';
      const depth = (call.params['id'] ?? '').split('/').length + 1;
      const projects = projectsOfGroup(call).filter(({ path }) => isBelow || path.split('/').length === depth);
      return paginate(call, projects, (project) => viewProject(call.state, project, call.user));
    },
  },
  {
    name: 'GET /projects/:id',
    handle(call) {
      return { status: 200, body: viewProject(call.state, projectOf(call), call.user) };
    },
  },
  {
    name: 'GET /projects/:id/repository/branches',
    handle(call) {
      const project = projectOf(call, REPORTER);
      const branches = [...project.repository.branches];
      return paginate(call, branches, ([name, sha]) => viewBranch(project, name, sha, call.user));
    },
  },
  {
    name: 'GET /projects/:id/repository/branches/:branch',
    handle(call) {
      const project = projectOf(call, REPORTER);
      const name = call.params['branch'] ?? '';
      const sha = project.repository.branches.get(name);
      if (!sha) throw notFound('Branch');
      return { status: 200, body: viewBranch(project, name, sha, call.user) };
    },
  },
  {
    name: 'POST /projects/:id/repository/branches',
    async handle(call) {
      const project = projectOf(call, DEVELOPER);
      const { branch, ref } = readParams(z.object({ branch: z.string().min(1), ref: z.string().min(1) }), call);
      const { repository } = project;
      if (repository.branches.has(branch)) throw new ApiError(400, { message: 'Branch already exists' });
      const sha = repository.branches.get(ref);
      if (!sha) throw new ApiError(400, { message: `Invalid reference name: ${ref}` });
      await repository.setBranch(branch, sha);
      await noticeBranchChanges(call.state, project, call.user);
      return { status: 201, body: viewBranch(project, branch, sha, call.user) };
    },
  },
  {
    name: 'DELETE /projects/:id/repository/branches/:branch',
    async handle(call) {
      const project = projectOf(call, DEVELOPER);
      const branch = call.params['branch'] ?? '';
      if (!project.repository.branches.has(branch)) throw notFound('Branch');
      await project.repository.setBranch(branch, undefined);
      await noticeBranchChanges(call.state, project, call.user);
      return { status: 204 };
    },
  },
  {
    name: 'GET /projects/:id/push_rule',
    handle(call) {
      const project = projectOf(call, REPORTER);
      if (accessLevelOf(project, call.user) < MAINTAINER) throw forbidden();
      if (!project.pushRules) throw notFound();
      return { status: 200, body: { id: 1, project_id: project.id, ...project.pushRules } };
    },
  },
  {
    name: 'GET /projects/:id/members/all',
    handle(call) {
      const project = projectOf(call);
      const members = call.state.users.filter((user) => project.members.has(user.id));
      return paginate(call, members, (user) => ({
        ...viewUser(call.state, user),
        access_level: accessLevelOf(project, user),
      }));
    },
  },
  {
    name: 'GET /projects/:id/members/all/:user',
    handle(call) {
      const project = projectOf(call);
      const user = call.state.users.find(({ id }) => id === Number(call.params['user']));
      if (!user || !project.members.has(user.id)) throw notFound();
      return { status: 200, body: { ...viewUser(call.state, user), access_level: accessLevelOf(project, user) } };
    },
  },
];
