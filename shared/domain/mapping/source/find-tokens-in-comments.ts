import { hasKnownForm } from './looks-like-token.ts';

/** Finds comments that hold a token: a file under version control keeps those as well. */
export function findTokensInComments(text: string): { offset: number; message: string }[] {
  return [...text.matchAll(/(?:^|\s)(#.*)$/gm)].flatMap((match) => {
    const comment = match[1] ?? '';
    if (!hasKnownForm(comment)) return [];
    const offset = match.index + match[0].length - comment.length;
    return [
      { offset, message: 'a comment here looks like it holds a token (not shown); remove it and revoke the token' },
    ];
  });
}
