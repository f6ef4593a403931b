import type { Cell } from '../../domain/audit/tables/table.ts';
import { cellText } from '../../domain/audit/tables/table.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import { escapeAttribute, escapeText } from './escape-text.ts';

/** One sheet of a workbook: a header that stays, a filter where it is wanted, widths and links. */
export interface Sheet {
  name: string;
  columns: readonly { title: string; width: number }[];
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
const HEADER = 1;
const LINK = 2;

/**
 * A sheet as SpreadsheetML (ECMA-376 part 1, 18.3), row by row, with its texts in the cells. Links are added to `links`
 * as they are met; those beyond what Excel holds stay plain text.
 */
export function* sheetXml({ columns, rows, filtered }: Sheet, links: SheetLink[]): Generator<string> {
  const names = columns.map((_, index) => columnName(index));
  yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  yield '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">';
  yield '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const widths = columns.map(
    ({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  yield `<cols>${widths.join('')}</cols><sheetData>`;
  yield `<row r="1">${columns.map(({ title }, index) => textCell(`${names[index]}1`, title, HEADER)).join('')}</row>`;
  let number = 1;
  for (const cells of rows) {
    number += 1;
    yield `<row r="${number}">${cells.map((cell, index) => toXml(`${names[index]}${number}`, cell, links)).join('')}</row>`;
  }
  yield '</sheetData>';
  if (filtered !== undefined) yield `<autoFilter ref="A1:${names.at(-1)}${filtered + 1}"/>`;
  if (links.length > 0) {
    yield '<hyperlinks>';
    for (const [index, { cell }] of links.entries()) yield `<hyperlink ref="${cell}" r:id="rId${index + 1}"/>`;
    yield '</hyperlinks>';
  }
  yield '</worksheet>';
}

/** The addresses of a sheet's links, as its relationships. */
export function* linksXml(links: readonly SheetLink[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  yield '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">';
  for (const [index, { href }] of links.entries())
    yield `<Relationship Id="rId${index + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="${escapeAttribute(href)}" TargetMode="External"/>`;
  yield '</Relationships>';
}

function toXml(name: string, cell: Cell, links: SheetLink[]): string {
  if (typeof cell === 'number') return `<c r="${name}"><v>${cell}</v></c>`;
  const text = cutText(cellText(cell), MAX_CELL);
  if (text === '') return '';
  const isLink = typeof cell === 'object' && 'href' in cell && cell.href.length <= MAX_ADDRESS;
  if (!isLink || links.length >= MAX_LINKS) return textCell(name, text, 0);
  links.push({ cell: name, href: cell.href });
  return textCell(name, text, LINK);
}

function textCell(name: string, text: string, style: number): string {
  const styled = style === 0 ? '' : ` s="${style}"`;
  return `<c r="${name}"${styled} t="inlineStr"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`;
}

/** A, B, ... Z, AA. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${columnName(Math.floor(index / 26) - 1)}${letter}`;
}
