import { applySuggestion } from '../actions/apply-suggestion.ts';
import type { Route } from '../http/route.ts';
import { viewSuggestion } from '../views/views.ts';

/** Suggestions of notes, known by their own ids. */
export const suggestionRoutes: Route[] = [
  {
    name: 'PUT /suggestions/:suggestion/apply',
    async handle({ state, params, user }) {
      const suggestion = await applySuggestion(state, Number(params['suggestion']), user);
      return { status: 200, body: viewSuggestion(suggestion, true) };
    },
  },
];
