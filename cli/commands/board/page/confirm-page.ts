import { html } from 'hono/html';
import { type Html, renderLayout } from './layout.ts';

export interface Question {
  title: string;
  /** What will happen. */
  text: string;
  /** What the button says, and where it goes. */
  button: string;
  action: string;
  /** Where the person goes instead. */
  back: string;
}

/** Asks before something is changed. */
export function renderConfirmPage({ title, text, button, action, back }: Question): Html {
  return renderLayout({
    title,
    page: '/runs',
    body: html`<h1>${title}</h1>
<p>${text}</p>
<form method="post" action="${action}" class="bar"><button type="submit" class="strong">${button}</button> <a class="button" href="${back}">Back</a></form>`,
  });
}
