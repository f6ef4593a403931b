import { hasKnownForm } from './looks-like-token.ts';

/** Finds comments that hold a token: a file under version control keeps those as well. */
export function findTokensInComments(text: string): { offset: number; message: string }[] {
  return [...text.matchAll(/(?<=^|\s)#.*/gm)].flatMap(({ 0: comment, index: offset }) =>
    hasKnownForm(comment)
      ? [{ offset, message: 'a comment here looks like it holds a token (not shown); remove it and revoke the token' }]
      : [],
  );
}
