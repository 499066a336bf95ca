/** `plumbline review DIR`: imports decisions from a file, or exports them. */
import { Command, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { PlumblineError } from '../contract/errors';
import type { DecisionsFormat } from '../contract/model/review';
import { counted } from '../core/text/numbers';
import { importSentences } from '../core/review/sentences';
import { decodeText } from '../engine/files/decode';
import { withDataset } from './engine';

interface ReviewOptions {
  readonly apply?: string;
  readonly newClasses?: boolean;
  readonly nameClasses?: boolean;
  readonly export?: DecisionsFormat;
}

function readText(file: string): string {
  try {
    return decodeText(readFileSync(file)).text;
  } catch (error) {
    throw new PlumblineError(
      'bad-table',
      `The file ${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      { cause: error },
    );
  }
}

async function review(folder: string, options: ReviewOptions): Promise<void> {
  const { apply } = options;
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
    if (options.export !== undefined) {
      process.stdout.write((await client.call('review.export', { dataset, format: options.export })).text);
      return;
    }
    const { perVerdict, stale, classes } = await client.call('review.state', { dataset });
    process.stdout.write(
      `kept ${perVerdict.keep}, relabelled ${perVerdict.relabel}, excluded ${perVerdict.exclude}, unsure ${perVerdict.unsure}${stale > 0 ? `; ${stale} no longer fit the folder` : ''}${classes.length > 0 ? `; ${counted(classes.length, 'class is', 'classes are')} renamed or merged` : ''}\n`,
    );
  });
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
    .option('--new-classes', 'also import labels that are not yet a class of this data set')
    .option('--name-classes', 'give numbered classes the names that a file of the folder has for them (classes.txt)')
    .addOption(new Option('--export <format>', 'write all decisions to standard output').choices(['csv', 'json']))
    .action(review);
}
