/** The call itself, which first adds `name` to `names`: for the order and the number of calls of a port. */
export function noteCalls<Args extends unknown[], Result>(
  names: string[],
  name: string,
  call: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    names.push(name);
    return call(...args);
  };
}
