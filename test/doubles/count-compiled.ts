import { vi } from 'vitest';

/** Counts the regular expressions and functions that are made from texts, from now to the end of the test file. */
export function countCompiled(): () => number {
  let compiled = 0;
  for (const [name, original] of Object.entries({ RegExp, Function })) {
    const construct: ProxyHandler<typeof original>['construct'] = (target, args) => {
      compiled += 1;
      return Reflect.construct(target, args);
    };
    vi.stubGlobal(name, new Proxy(original, { construct }));
  }
  return () => compiled;
}
