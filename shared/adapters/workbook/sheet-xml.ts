import type { Cell, Column } from '../../domain/audit/tables/table.ts';
import { cellText } from '../../domain/audit/tables/table.ts';
import { DAY } from '../../kernel/clock.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import { escapeAttribute, escapeText } from './escape-text.ts';

/** One sheet of a workbook: a header that stays, a filter where it is wanted, widths and links. */
export interface Sheet {
  name: string;
  columns: readonly Omit<Column, 'key'>[];
  rows: Iterable<readonly Cell[]>;
  /** Rows without the header, where the header gets a filter. */
  filtered?: number;
}

/** Address of a link in the order of the cells that have one. */
export interface SheetLink {
  cell: string;
  href: string;
}

/**
 * Excel holds 32,767 characters in a cell, and 65,530 links in a sheet:
 * https://support.microsoft.com/office/excel-specifications-and-limits
 */
const MAX_CELL = 32_767;
export const MAX_LINKS = 65_530;
/** Longer addresses are refused by Excel. */
const MAX_ADDRESS = 2_079;

/** Styles of `styles.xml`. */
const PLAIN = 0;
const HEADER = 1;
const LINK = 2;
const WRAPPED = 3;
const TIME = 4;

/** In points; Excel has no higher row. */
const LINE_HEIGHT = 15;
const MAX_HEIGHT = 409;

/** Days as Excel counts them: 1970-01-01, the first it has right, and the first it cannot show, which is of 10000. */
const EPOCH = 25_569;
const FIRST_DAY = 61;
const END_OF_DAYS = 2_958_466;

/**
 * A sheet as SpreadsheetML (ECMA-376 part 1, 18.3), row by row, with its texts in the cells. Links are added to `links`
 * as they are met; those beyond what Excel holds stay plain text.
 */
export function* sheetXml({ columns, rows, filtered }: Sheet, links: SheetLink[]): Generator<string> {
  const names = columns.map((_, index) => columnName(index));
  yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  yield '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">';
  yield '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>';
  yield '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const widths = columns.map(
    ({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  yield `<cols>${widths.join('')}</cols><sheetData>`;
  yield `<row r="1">${columns.map((column, index) => textCell(`${names[index]}1`, headerOf(column), HEADER)).join('')}</row>`;
  let number = 1;
  for (const cells of rows) {
    number += 1;
    const row = cells.map((cell, index) => toXml(`${names[index]}${number}`, cell, { column: columns[index], links }));
    yield `<row r="${number}"${heightOf(cells, columns)}>${row.join('')}</row>`;
  }
  yield '</sheetData>';
  if (filtered !== undefined) yield `<autoFilter ref="A1:${names.at(-1)}${filtered + 1}"/>`;
  if (links.length > 0) {
    yield '<hyperlinks>';
    for (const [index, { cell }] of links.entries()) yield `<hyperlink ref="${cell}" r:id="rId${index + 1}"/>`;
    yield '</hyperlinks>';
  }
  // Printed as wide as it is, on as many pages as its rows need.
  yield '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>';
}

/** The addresses of a sheet's links, as its relationships. */
export function* linksXml(links: readonly SheetLink[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  yield '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">';
  for (const [index, { href }] of links.entries())
    yield `<Relationship Id="rId${index + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="${escapeAttribute(href)}" TargetMode="External"/>`;
  yield '</Relationships>';
}

/** How high a row is whose sentences go over several lines: other readers than Excel leave it at one line. */
function heightOf(cells: readonly Cell[], columns: Sheet['columns']): string {
  let lines = 1;
  for (const [index, { wraps, width }] of columns.entries()) {
    if (wraps) lines = Math.max(lines, countLines(cellText(cells[index] ?? ''), width - 3));
  }
  return lines === 1 ? '' : ` ht="${Math.min(lines * LINE_HEIGHT, MAX_HEIGHT)}" customHeight="1"`;
}

/** As words fill lines of so many characters; a longer word is broken, and a path where it has a slash. */
function countLines(text: string, width: number): number {
  let lines = 1;
  let filled = 0;
  for (const { length } of text.split(/\s+|(?<=\/)/)) {
    if (filled > 0 && filled + 1 + length > width) [lines, filled] = [lines + 1, 0];
    lines += Math.max(0, Math.ceil(length / width) - 1);
    filled = length > width ? length % width : filled === 0 ? length : filled + 1 + length;
  }
  return lines;
}

/** Excel knows no zones, so the header of a time says which one it has. */
function headerOf({ title, kind }: Sheet['columns'][number]): string {
  return kind === 'time' ? `${title} (UTC)` : title;
}

interface CellPlace {
  column: Sheet['columns'][number] | undefined;
  links: SheetLink[];
}

function toXml(name: string, cell: Cell, { column, links }: CellPlace): string {
  if (typeof cell === 'number') return numberCell(name, cell, PLAIN);
  const text = cutText(cellText(cell), MAX_CELL);
  if (text === '') return '';
  const day = column?.kind === 'time' ? toDay(text) : undefined;
  if (day !== undefined) return numberCell(name, day, TIME);
  const plain = column?.wraps ? WRAPPED : PLAIN;
  const isLink = typeof cell === 'object' && 'href' in cell && cell.href.length <= MAX_ADDRESS;
  if (!isLink || links.length >= MAX_LINKS) return textCell(name, text, plain);
  links.push({ cell: name, href: cell.href });
  return textCell(name, text, LINK);
}

/** Days since the end of 1899, in UTC; nothing where Excel has none: a commit may have any date. */
function toDay(iso: string): number | undefined {
  const days = Date.parse(iso) / DAY + EPOCH;
  return days >= FIRST_DAY && days < END_OF_DAYS ? days : undefined;
}

function numberCell(name: string, value: number, style: number): string {
  return `<c r="${name}"${styled(style)}><v>${value}</v></c>`;
}

function styled(style: number): string {
  return style === PLAIN ? '' : ` s="${style}"`;
}

function textCell(name: string, text: string, style: number): string {
  return `<c r="${name}"${styled(style)} t="inlineStr"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`;
}

/** A, B, ... Z, AA. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${columnName(Math.floor(index / 26) - 1)}${letter}`;
}
