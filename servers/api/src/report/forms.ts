// What stands around the rows in each format. Everything here belongs to a section's bytes, so it is signed, too.

import {
  csvHead,
  htmlText,
  REPORT_CELLS,
  REPORT_SECTIONS,
  REPORT_VERSION,
  type ReportFormat,
  type ReportSection,
} from '@mosaic/wire';
import { reportStyle } from './style.ts';

export interface ReportForm {
  open(section: ReportSection): string;
  /** Before the first row, where there is one. */
  head(section: ReportSection): string;
  /** `folded`: how many of the rows are shown only when they are asked for. */
  close(section: ReportSection, rows: number, folded: number): string;
}

const FIRST = REPORT_SECTIONS[0];

export function reportForm(format: ReportFormat, title: string): ReportForm {
  if (format === 'csv')
    return { open: (section) => (section === FIRST ? csvHead : ''), head: () => '', close: () => '' };
  return format === 'json' ? json : html(title);
}

const json: ReportForm = {
  open: (section) => `${section === FIRST ? `{"mosaicReport":${REPORT_VERSION},\n` : ''}"${section}":[\n`,
  head: () => '',
  close: (_, rows) => `${rows === 0 ? '' : '\n'}],\n`,
};

interface Told {
  readonly title: string;
  readonly lead?: string;
  readonly empty: string;
  readonly columns: readonly string[];
}

const SECTIONS: Readonly<Record<ReportSection, Told>> = {
  about: { title: 'What this is about', empty: '', columns: ['', ''] },
  actors: {
    title: 'By whom',
    lead: 'The field managers that Kubernetes recorded beside each change, the weightiest first.',
    empty: 'Nobody changed anything that was seen.',
    columns: ['Who', 'What', 'First', 'Last'],
  },
  changes: {
    title: 'What changed',
    lead: 'Newest first. Severity: 0 routine, 1 worth knowing, 2 deploy or configuration, 3 broke or was deleted by hand. Revision is the SHA-256 of the manifest as it is kept; row, of this row.',
    empty: 'Nothing changed that was seen.',
    columns: ['When, where', 'Object', 'What', 'By', 'Version and hashes'],
  },
  deeds: {
    title: 'What people and Mosaic did',
    lead: 'Sign-ins, refusals, changes and exports, from Mosaic’s own audit log; each entry has its place in the chain and its hash there.',
    empty: 'Nothing was recorded, or it was left out: see above.',
    columns: ['When', 'Who', 'Did', 'To', 'Detail'],
  },
  workloads: {
    title: 'What ran: workloads',
    empty: 'No workload is known in this span.',
    columns: ['Workload', 'Cluster', 'Images', 'From', 'Until'],
  },
  pods: {
    title: 'What ran: pods',
    empty: 'No pod is known in this span.',
    columns: ['Pod', 'Cluster, node', 'Images', 'From', 'Until'],
  },
  images: {
    title: 'What ran: images',
    empty: 'No image is known in this span.',
    columns: ['Image', 'Pods', 'From', 'Until'],
  },
  coverage: {
    title: 'What was watched',
    lead: 'Nothing told of a time that was not watched does not mean that nothing happened.',
    empty: 'No cluster was watched.',
    columns: ['Cluster', 'Signal', 'Watched'],
  },
  gaps: {
    title: 'What was not watched',
    empty: 'No gap: all of the span was watched.',
    columns: ['Cluster', 'Signal', 'From', 'To', 'Why'],
  },
};

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const FOLD =
  '<input type="checkbox" id="routine"><label for="routine"> Show routine changes too (severity 0), on paper as well</label>\n';

const foldedNote = (folded: number, rows: number): string =>
  `<p class="lead">${folded} of these ${rows} changes are routine and shown only where that is ticked. All of them are in this file, signed like the others, and in CSV and JSON.</p>\n`;

function html(title: string): ReportForm {
  const begin = [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${htmlText(title)}</title>`,
    `<style>${reportStyle}</style></head><body>`,
    `<h1>${htmlText(title)}</h1>`,
    '<p class="lead">Made and signed by Mosaic. All instants are in UTC.</p>',
    '',
  ].join('\n');
  return {
    open(section) {
      const { title: heading, lead } = SECTIONS[section];
      const said = lead === undefined ? '' : `<p class="lead">${htmlText(lead)}</p>\n`;
      return `${section === FIRST ? begin : ''}<section id="${section}"><h2>${htmlText(heading)}</h2>\n${said}`;
    },
    head(section) {
      const cells = SECTIONS[section].columns.map((name) => `<th scope="col">${htmlText(name)}</th>`);
      const isNamed = section !== 'about';
      return `${section === 'changes' ? FOLD : ''}<div class="t"><table class="c${REPORT_CELLS[section].length}">${isNamed ? `<thead><tr>${cells.join('')}</tr></thead>` : ''}<tbody>\n`;
    },
    close(section, rows, folded) {
      const end =
        rows === 0 ? `<p class="none">${htmlText(SECTIONS[section].empty)}</p>\n` : '</tbody></table></div>\n';
      return `${end}${folded === 0 ? '' : foldedNote(folded, rows)}</section>\n`;
    },
  };
}
