/** `plumbline export DIR --out OUT`: writes clean splits without leaks, with everything that training needs. */
import { counted } from '../core/text/numbers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { exportModeSchema, type ExportMode, type ExportOptions, type ExportResult } from '../contract/model/export';
import type { CheckId } from '../contract/model/finding';
import { droppableChecks } from '../core/checks/index';
import { parseRatios } from '../core/dataset/ratios';
import { unreviewedText } from '../core/exports/unreviewed';
import { dropReasonText } from '../core/text/labels';
import type { SplitShare } from '../core/dataset/split';
import { withDataset } from './engine';
import { readChecks } from './options';

interface ExportFlags {
  readonly out: string;
  readonly split: SplitShare[];
  readonly seed: string;
  readonly keepSplits?: boolean;
  readonly home: string;
  readonly mode: ExportMode;
  readonly drop: CheckId[];
  readonly convert?: boolean;
  readonly huggingFace?: boolean;
}

function readRatios(text: string): SplitShare[] {
  const shares = parseRatios(text);
  if (shares === null)
    throw new InvalidArgumentError(
      'Write shares as 80/10/10 (train/val/test), 80/20 (train/val) or train=70,val=15,test=15.',
    );
  return shares;
}

function readDrop(text: string, before: readonly CheckId[]): CheckId[] {
  return readChecks(
    text,
    before,
    droppableChecks,
    (name, all) => `“${name}” cannot be dropped. These checks can: ${all}.`,
  );
}

function optionsOf(flags: ExportFlags): ExportOptions {
  return {
    split: flags.keepSplits
      ? { kind: 'mended', home: flags.home }
      : { kind: 'new', shares: flags.split, seed: flags.seed },
    mode: flags.mode,
    drop: flags.drop,
    convert: flags.convert ?? false,
    huggingFace: flags.huggingFace ?? false,
  };
}

/** The contents of the export, as a table. */
export function exportText(result: ExportResult): string {
  const width = Math.max(...result.table.map((row) => row.className.length), 5);
  const cell = (text: string | number): string => String(text).padStart(8);
  const lines = [
    `${''.padEnd(width)}${result.splits.map(cell).join('')}`,
    ...result.table.map((row) => `${row.className.padEnd(width)}${row.counts.map(cell).join('')}`),
    '',
  ];
  for (const { reason, count } of result.dropped)
    lines.push(`left out: ${count} × ${dropReasonText(reason, (check) => check)}`);
  for (const doubt of result.unreviewed)
    lines.push(`${unreviewedText(doubt)}; --drop ${doubt.check} leaves ${doubt.count === 1 ? 'it' : 'them'} out`);
  if (result.relabelled > 0) lines.push(`relabelled: ${result.relabelled}`);
  if (result.moved > 0) lines.push(`moved to another split: ${result.moved}`);
  if (result.converted > 0) lines.push(`converted: ${result.converted}`);
  lines.push(
    ...result.notices,
    `${counted(result.images, 'image')} in ${result.folder} (${result.mode}, ${result.seconds.toFixed(1)} s)`,
  );
  return `${lines.join('\n')}\n`;
}

async function runExport(folder: string, flags: ExportFlags): Promise<void> {
  await withDataset(folder, async ({ client, dataset, printer, run }) => {
    // A target that cannot be used is reported before indexing, which takes time.
    const { target } = await client.call('export.target', { dataset, path: resolve(flags.out) });
    await run('jobs.index', { dataset });
    const result = await run('jobs.export', { dataset, target, options: optionsOf(flags) });
    printer.end();
    process.stdout.write(exportText(result));
  });
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the data set to a new folder: reviewed, split without leaks, with manifests, class weights and training scripts. The source is only read.',
    )
    .argument('<folder>', 'the data set')
    .requiredOption('--out <folder>', 'a new or empty folder outside of the data set')
    .addOption(
      new Option('--split <shares>', 'a new split: 80/10/10, 80/20 or name=share,…')
        .argParser(readRatios)
        .default(
          [
            { name: 'train', share: 80 },
            { name: 'val', share: 10 },
            { name: 'test', share: 10 },
          ],
          '80/10/10',
        )
        .conflicts('keepSplits'),
    )
    .option('--seed <seed>', 'the same seed gives the same split on every machine', '1')
    .option('--keep-splits', 'keep the splits of the data set and only repair leaks')
    .addOption(
      new Option('--home <split>', 'keep the splits, and move leaking images to this split')
        .default('train')
        .implies({ keepSplits: true }),
    )
    .addOption(
      new Option('--mode <mode>', 'how files get into the export').choices(exportModeSchema.options).default('copy'),
    )
    .option(
      '--drop <checks>',
      'leave out what these checks found (comma-separated); one image of each group of duplicates stays, or one for each label if several labels are equally common and the group was not reviewed; conflicting-duplicate leaves out all undecided images of groups with several labels',
      readDrop,
      [],
    )
    .option('--convert', 'convert images that loaders read wrongly to plain sRGB')
    .option('--hugging-face', 'also write a metadata.jsonl with a label column in each split')
    .action(runExport);
}
