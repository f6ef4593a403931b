import type { List, ListItem } from 'mdast';

import { type AdfNode, MAX_ADF_DEPTH } from './adf.ts';
import type { Conversion, Place } from './conversion.ts';
import { markdownInlineToAdf, textToAdf } from './markdown-inline-to-adf.ts';

/**
 * A Markdown list. When every item has a check box and nothing but text and further task lists, it becomes a task list;
 * otherwise a check box is shown as `[x]`, because ADF tasks hold one line of text.
 */
export function listToAdf(list: List, place: Place, conversion: Conversion, depth: number): AdfNode[] {
  if (place !== 'quote' && isTaskList(list, depth)) return [taskListToAdf(list, conversion)];
  const content = list.children.map((item) => itemToAdf(item, conversion, depth));
  if (!list.ordered) return [{ type: 'bulletList', content }];
  const order = list.start ?? 1;
  return [{ type: 'orderedList', ...(order === 1 ? {} : { attrs: { order } }), content }];
}

function itemToAdf(item: ListItem, conversion: Conversion, depth: number): AdfNode {
  const content = conversion.toBlocks(item.children, 'item', depth + 1);
  if (item.checked != null) {
    const box = textToAdf(item.checked ? '[x] ' : '[ ] ');
    const [first] = content;
    if (first?.type === 'paragraph') content[0] = { ...first, content: [...box, ...(first.content ?? [])] };
    else content.unshift({ type: 'paragraph', content: box });
  }
  return { type: 'listItem', content: content.length > 0 ? content : [{ type: 'paragraph', content: [] }] };
}

function isTaskList(list: List, depth: number): boolean {
  return (
    depth < MAX_ADF_DEPTH &&
    !list.ordered &&
    list.children.every(
      (item) =>
        item.checked != null &&
        item.children.every(
          (child) => child.type === 'paragraph' || (child.type === 'list' && isTaskList(child, depth + 1)),
        ),
    )
  );
}

function taskListToAdf(list: List, conversion: Conversion): AdfNode {
  const attrs = { localId: conversion.nextLocalId() };
  return { type: 'taskList', attrs, content: list.children.flatMap((item) => taskToAdf(item, conversion)) };
}

/** The item, followed by the task lists below it: ADF keeps those beside the item, not inside. */
function taskToAdf(item: ListItem, conversion: Conversion): AdfNode[] {
  const attrs = { localId: conversion.nextLocalId(), state: item.checked ? 'DONE' : 'TODO' };
  const paragraphs = item.children.filter((child) => child.type === 'paragraph');
  const content = paragraphs.flatMap(({ children }, at) => [
    ...(at > 0 ? [{ type: 'hardBreak' }] : []),
    ...markdownInlineToAdf(children, conversion.definitions),
  ]);
  const nested = item.children
    .filter((child) => child.type === 'list')
    .map((child) => taskListToAdf(child, conversion));
  return [{ type: 'taskItem', attrs, content }, ...nested];
}
