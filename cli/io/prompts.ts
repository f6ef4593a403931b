/** Questions to the person at the terminal. `undefined` means they cancelled. */
export interface Prompts {
  text(question: {
    message: string;
    initial: string;
    check(answer: string): string | undefined;
  }): Promise<string | undefined>;
  confirm(question: { message: string }): Promise<boolean | undefined>;
}

/** Asks on the terminal; the library is loaded with the first question. */
export const terminalPrompts: Prompts = {
  async text({ message, initial, check }) {
    const { isCancel, text } = await import('@clack/prompts');
    const answer = await text({ message, initialValue: initial, validate: (value) => check(value ?? '') });
    return isCancel(answer) ? undefined : answer;
  },
  async confirm({ message }) {
    const { confirm, isCancel } = await import('@clack/prompts');
    const answer = await confirm({ message, initialValue: false });
    return isCancel(answer) ? undefined : answer;
  },
};
