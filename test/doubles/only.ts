/** A port of which a test needs only these methods: a call that it did not expect fails as "not a function". */
export function only<Port>(methods: Partial<Port>): Port {
  return methods as Port; // the one place where a double claims to be more than it is
}
