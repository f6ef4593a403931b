import { notFound } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import type { Route } from '../http/route.ts';
import { viewToken, viewUser, viewWholeUser } from '../views/views.ts';

/** Who am I, and who are the others. */
export const userRoutes: Route[] = [
  {
    name: 'GET /user',
    handle: ({ state, user }) => ({ status: 200, body: viewWholeUser(state, user) }),
  },
  {
    name: 'GET /users',
    handle(call) {
      const username = call.query.get('username')?.toLowerCase();
      const search = call.query.get('search')?.toLowerCase() ?? '';
      const users = call.state.users.filter(
        (user) =>
          (!username || user.username.toLowerCase() === username) &&
          [user.name, user.username, user.publicEmail ?? ''].some((text) => text.toLowerCase().includes(search)),
      );
      return paginate(call, users, (user) => ({
        ...viewUser(call.state, user),
        public_email: user.publicEmail ?? null,
      }));
    },
  },
  {
    name: 'GET /users/:user',
    handle({ state, params }) {
      const user = state.users.find(({ id }) => id === Number(params['user']));
      if (!user) throw notFound('User');
      return { status: 200, body: viewWholeUser(state, user) };
    },
  },
  {
    name: 'GET /personal_access_tokens/self',
    handle: ({ token }) => ({ status: 200, body: viewToken(token) }),
  },
  {
    name: 'GET /version',
    handle: () => ({ status: 200, body: { version: '19.0.0', revision: 'sandbox' } }),
  },
];
