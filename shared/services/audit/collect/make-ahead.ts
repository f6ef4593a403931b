/**
 * Makes something of each item, of `ahead` items at once, and gives it in the order of the items: while one is used,
 * the next ones are made. Ends only when nothing is under way any more.
 *
 * @throws what `make` rejects with, when it is the turn of the item
 */
export async function* makeAhead<Item, Made>(
  items: readonly Item[],
  ahead: number,
  make: (item: Item) => Promise<Made>,
): AsyncGenerator<{ item: Item; made: Made }> {
  const left = [...items];
  const begun: { item: Item; making: Promise<Made> }[] = [];
  const begin = () => {
    for (const item of left.splice(0, ahead - begun.length)) {
      const making = make(item);
      making.catch(() => undefined);
      begun.push({ item, making });
    }
  };
  try {
    for (;;) {
      begin();
      const [first] = begun;
      if (!first) return;
      const made = await first.making;
      begun.shift();
      // What it held is free, so the next one begins before this one is used.
      begin();
      yield { item: first.item, made };
    }
  } finally {
    await Promise.allSettled(begun.map(({ making }) => making));
  }
}
