/** `plumbline review DIR`: imports decisions from a file, or exports them. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { PlumblineError } from '../contract/errors';
import type { Agreement } from '../contract/model/agreement';
import { reviewerSchema, type DecisionsFormat } from '../contract/model/review';
import { counted } from '../core/text/numbers';
import { agreementRows, agreementSentences, COMPARED } from '../core/review/agreement-words';
import { importSentences } from '../core/review/sentences';
import { decodeText } from '../engine/files/decode';
import { whyUnreadable } from '../engine/process/failures';
import { withDataset } from './engine';

interface ReviewOptions {
  readonly apply?: string;
  readonly newClasses?: boolean;
  readonly nameClasses?: boolean;
  readonly export?: DecisionsFormat;
  readonly reviewer?: string;
  readonly forgetReviewer?: string;
}

function readText(file: string): string {
  try {
    return decodeText(readFileSync(file)).text;
  } catch (error) {
    throw new PlumblineError('bad-table', `The file ${file} cannot be read: ${whyUnreadable(error)}.`, {
      cause: error,
    });
  }
}

async function review(folder: string, options: ReviewOptions): Promise<void> {
  const { apply, reviewer, forgetReviewer } = options;
  if (reviewer !== undefined && apply === undefined)
    throw new PlumblineError('bad-request', '--reviewer says whose decisions a file has: add --apply with the file.');
  const text = apply === undefined ? null : readText(apply);
  await withDataset(folder, async ({ client, dataset, printer, run }) => {
    // Decisions belong to the contents of images, so the contents must be indexed first.
    await run('jobs.index', { dataset });
    printer.end();
    if (apply !== undefined && text !== null) {
      const format = extname(apply).toLowerCase() === '.json' ? 'json' : 'csv';
      const result = await client.call('review.import', {
        dataset,
        text,
        format,
        newClasses: options.newClasses ?? false,
        ...(reviewer !== undefined && { reviewer }),
      });
      process.stderr.write(`${importSentences(result).join('\n')}\n`);
      if (result.newClasses.length > 0 && !options.newClasses)
        process.stderr.write(
          'Labels that are not a class of this data set were left out; import them with --new-classes.\n',
        );
    }
    if (options.nameClasses) {
      const { classes } = await client.call('review.nameClasses', { dataset });
      process.stderr.write(`${counted(classes, 'class has', 'classes have')} a name instead of a number now.\n`);
    }
    if (forgetReviewer !== undefined) await client.call('review.forgetReviewer', { dataset, reviewer: forgetReviewer });
    if (options.export !== undefined) {
      process.stdout.write((await client.call('review.export', { dataset, format: options.export })).text);
      return;
    }
    const { perVerdict, stale, classes } = await client.call('review.state', { dataset });
    process.stdout.write(
      `kept ${perVerdict.keep}, relabelled ${perVerdict.relabel}, excluded ${perVerdict.exclude}, unsure ${perVerdict.unsure}${stale > 0 ? `; ${stale} no longer fit the folder` : ''}${classes.length > 0 ? `; ${counted(classes.length, 'class is', 'classes are')} renamed or merged` : ''}\n`,
    );
    const { reviewers } = await client.call('review.agreement', { dataset });
    process.stdout.write(reviewers.map(agreementText).join(''));
  });
}

/** Sentences and a table: rows are the user's decisions, columns those of the reviewer. */
function agreementText(agreement: Agreement): string {
  const lines = agreementSentences(agreement);
  if (agreement.both > 0) {
    const cell = (text: string | number): string => String(text).padStart(9);
    lines.push(
      `${'you ↓'.padEnd(8)}${COMPARED.map(({ name }) => cell(name)).join('')}  ← ${agreement.reviewer}`,
      ...agreementRows(agreement).map(({ name, cells }) => {
        const other = cells.reduce((sum, each) => sum + each.other, 0);
        const hint = other > 0 ? `  (${counted(other, 'image')} with another label)` : '';
        return `${name.padEnd(8)}${cells.map(({ images }) => cell(images)).join('')}${hint}`;
      }),
    );
  }
  return `\n${lines.join('\n')}\n`;
}

function readReviewer(name: string): string {
  const read = reviewerSchema.safeParse(name.trim());
  if (read.success) return read.data;
  throw new InvalidArgumentError('Give a name of 1 to 100 characters, for example --reviewer Anna.');
}

export function reviewCommand(): Command {
  return new Command('review')
    .description(
      'Import decisions on single images (path,label or path,decision) and on classes, or export them. They are stored outside of the data set.',
    )
    .argument('<folder>', 'the data set')
    .option(
      '--apply <file>',
      'import decisions from this file: CSV, or an export of Label Studio, CVAT, Datumaro or COCO',
    )
    .option(
      '--reviewer <name>',
      'the file has the decisions of this other person: keep them apart from yours and compare them',
      readReviewer,
    )
    .option('--forget-reviewer <name>', 'delete the decisions that were imported under this name', readReviewer)
    .option('--new-classes', 'also import labels that are not yet a class of this data set')
    .option('--name-classes', 'give numbered classes the names that a file of the folder has for them (classes.txt)')
    .addOption(new Option('--export <format>', 'write all decisions to standard output').choices(['csv', 'json']))
    .action(review);
}
