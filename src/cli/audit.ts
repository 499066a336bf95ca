/** `plumbline audit DIR`: index, check, report. */
import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { PlumblineError } from '../contract/errors';
import { layoutKindSchema, type LayoutKind, type NamedReading } from '../contract/model/dataset';
import { type NormalizationName, normalizationNameSchema, type OwnBackbone } from '../contract/model/backbone';
import { type CheckId } from '../contract/model/finding';
import { type TrainedProbe, trainedProbeSchema } from '../contract/model/labels';
import type { PredictionsSummary } from '../contract/model/collapse';
import type { EngineApi, Params } from '../contract/api';
import { takenText } from '../core/text/folder-reading';
import { unpackedText } from '../core/text/unpacked';
import { CLASSES_HELP, isArray, mayBeNumbers, NAMES_HELP, ONLY_NUMBERS } from './arrays';
import { clusterAudit } from './cluster';
import { type DatasetSession, withDataset } from './engine';
import { FAILED, FOUND } from './exits';
import { checkTargets, isFile, pathOfReadable, STDOUT, writeWhole } from './files';
import { printable } from './printable';
import { readChecks, readCount, readField, readSide, readThreshold } from './options';
import { WHICH_MODEL, withHint } from './several-models';
import { reportText } from './summary';

interface AuditOptions {
  readonly probe: 'none' | TrainedProbe;
  readonly predictions?: string;
  readonly outOfSample?: boolean;
  readonly embeddings?: string;
  readonly backbone?: string;
  readonly backboneSize?: number;
  readonly backboneNormalize?: NormalizationName;
  readonly names?: string;
  readonly classes?: string;
  readonly json?: string;
  readonly html?: string;
  readonly failOn?: CheckId[];
  readonly threshold?: Record<string, number>;
  readonly layout?: LayoutKind;
  readonly modelName?: string;
  readonly labels?: string;
  readonly imageColumn?: string;
  readonly labelColumn?: string;
  readonly labelField?: number;
  readonly withMasks?: boolean;
  readonly asDetected?: boolean;
  readonly on?: string;
  readonly out?: string;
  readonly shards?: number;
}

/** Checked before the index, which takes time. */
function ownFiles({
  predictions,
  names,
  classes,
  modelName: model,
}: AuditOptions): Omit<Params<EngineApi, 'diagnosis.importFile'>, 'dataset'> | null {
  if (predictions === undefined) return null;
  const path = (file: string | undefined): string | null => (file === undefined ? null : pathOfReadable(file));
  return { path: pathOfReadable(predictions), names: path(names), classes: path(classes), model };
}

/** The same for an embedding. */
function ownEmbedding({
  embeddings,
  names,
}: AuditOptions): Omit<Params<EngineApi, 'labels.importEmbedding'>, 'dataset'> | null {
  if (embeddings === undefined) return null;
  return { path: pathOfReadable(embeddings), names: names === undefined ? null : pathOfReadable(names) };
}

/** Checked before the index too, so that a network that cannot be used is told at once. */
async function ownBackbone(
  { client, dataset, printer }: DatasetSession,
  { backbone: file, backboneSize, backboneNormalize }: AuditOptions,
): Promise<OwnBackbone | null> {
  if (file === undefined) return null;
  const { model, name } = await client.call('diagnosis.model', { dataset, path: resolve(file), onlyOnnx: true });
  const { backbone, notes } = await client.call('labels.checkBackbone', {
    dataset,
    model,
    side: backboneSize ?? null,
    normalization: backboneNormalize ?? null,
  });
  printer.end();
  tellNotes({ name, notes });
  return backbone;
}

/** Images that the file does not name and similar, each in one sentence, on standard error. */
function tellNotes({ name, notes }: Pick<PredictionsSummary, 'name' | 'notes'>): void {
  for (const note of notes) process.stderr.write(`${printable(`${name}: ${note}`)}\n`);
}

function ownReading(options: AuditOptions): NamedReading | null | undefined {
  const { labels, imageColumn, labelColumn, labelField, withMasks, asDetected } = options;
  if (asDetected) return null;
  if (labelField !== undefined) return { nameField: labelField };
  if (withMasks) return { withMasks: true };
  return labels === undefined
    ? undefined
    : { file: pathOfReadable(labels), imageColumn: imageColumn ?? null, labelColumn: labelColumn ?? null };
}

/**
 * What kept a probe from running on too few images or classes: the findings about them are in the report, so it is
 * written all the same.
 */
async function whyNotProbed(probing: Promise<unknown>): Promise<string | null> {
  try {
    await probing;
    return null;
  } catch (error) {
    if (error instanceof PlumblineError && error.code === 'no-images') return error.message;
    throw error;
  }
}

function audit(folder: string, options: AuditOptions): Promise<void> {
  const { probe, json, html, failOn, threshold, layout } = options;
  const files = ownFiles(options);
  const embedding = ownEmbedding(options);
  return withDataset(
    folder,
    async (session) => {
      const { client, dataset, printer, run } = session;
      const thresholds = threshold === undefined ? {} : { thresholds: threshold };
      if (layout === undefined) {
        // Before the first long job, so that a wrong reading is seen in time.
        const summary = await client.call('dataset.summary', { dataset });
        const lines = [
          ...(summary.unpacked === null ? [] : unpackedText(summary.unpacked)),
          summary.layout.sentence,
          ...(summary.reading ? takenText(summary.reading) : []),
        ];
        for (const line of lines) process.stderr.write(`${printable(line)}\n`);
      }
      const backbone = await ownBackbone(session, options);
      await run('jobs.index', { dataset, ...thresholds, ...(layout && { layout }) });
      const unjudged = new Set<string>();
      const judge = async (order: Omit<Params<EngineApi, 'jobs.probe'>, 'dataset'>): Promise<void> => {
        const why = await whyNotProbed(run('jobs.probe', { dataset, ...order, ...thresholds }));
        if (why !== null) unjudged.add(why);
      };
      if (embedding !== null) {
        const imported = await client.call('labels.importEmbedding', { dataset, ...embedding });
        printer.end();
        tellNotes({ name: imported.embedding.file, notes: imported.notes });
        await judge({ probe: 'instant', embedding: imported.embedding });
      } else if (backbone !== null) await judge({ probe: 'instant', backbone });
      else if (probe !== 'none') await judge({ probe });
      if (files !== null) {
        const imported = await withHint(client.call('diagnosis.importFile', { dataset, ...files }));
        printer.end();
        tellNotes(imported);
        await judge({ probe: 'predictions', predictions: imported.id });
      }
      const timings = printer.timings();
      const report = await client.call('report.get', { dataset, timings });
      const page =
        html === undefined ? '' : (await client.call('report.html', { dataset, timings, ...thresholds })).html;
      printer.end();
      const text = `${JSON.stringify(report, null, 2)}\n`;
      if (isFile(json)) writeWhole(json, text);
      if (isFile(html)) writeWhole(html, page);
      process.stdout.write(json === STDOUT ? text : html === STDOUT ? page : reportText(report));
      const kinds = new Set(failOn);
      if (report.findings.some((finding) => finding.muted === null && kinds.has(finding.check)))
        process.exitCode = FOUND;
      for (const why of unjudged) process.stderr.write(`plumbline: The labels were not judged. ${printable(why)}\n`);
      if (unjudged.size > 0) process.exitCode = FAILED;
    },
    ownReading(options),
  );
}

function checkOwn(command: Command, options: AuditOptions): void {
  const { probe, predictions, outOfSample, embeddings, backbone, names, classes, layout, labels } = options;
  const stop = (message: string): never => command.error(`error: ${message}`);
  if (labels === undefined && (options.imageColumn !== undefined || options.labelColumn !== undefined))
    stop('--image-column and --label-column need --labels');
  const ways = Object.entries({
    '--labels': labels !== undefined,
    '--label-field': options.labelField !== undefined,
    '--with-masks': options.withMasks === true,
    '--as-detected': options.asDetected === true,
    '--layout': layout !== undefined,
  }).flatMap(([option, given]) => (given ? [option] : []));
  if (ways.length > 1) stop(`${ways.join(' and ')} each say how to read the folder; give one of them`);
  if (predictions === undefined && (outOfSample === true || classes !== undefined || options.modelName !== undefined))
    stop('--out-of-sample, --classes and --model-name need --predictions');
  if (predictions === undefined && embeddings === undefined && names !== undefined)
    stop('--names needs --predictions or --embeddings');
  if (predictions !== undefined && outOfSample !== true)
    stop(
      '--predictions needs --out-of-sample: a model predicts the images that it was trained on too well, and a wrong label then looks right. Use cross-validation, for example with 5 folds, and confirm it with this option.',
    );
  if (
    (names !== undefined && !mayBeNumbers(predictions) && !isArray(embeddings)) ||
    (classes !== undefined && !mayBeNumbers(predictions))
  )
    stop(ONLY_NUMBERS);
  if (classes !== undefined && names === undefined) stop('--classes needs --names');
  if (embeddings !== undefined && probe === 'cnn')
    stop('--embeddings works with the instant probe, not with --probe cnn');
  if (backbone !== undefined && probe === 'cnn') stop('--backbone works with the instant probe, not with --probe cnn');
  if (backbone !== undefined && embeddings !== undefined)
    stop('--backbone and --embeddings both take the place of the pretrained network; give one of them');
  if (backbone === undefined && (options.backboneSize !== undefined || options.backboneNormalize !== undefined))
    stop('--backbone-size and --backbone-normalize need --backbone');
}

/** What an audit on a cluster cannot do is refused, not ignored. */
function checkCluster(command: Command, options: AuditOptions): void {
  const stop = (message: string): never => command.error(`error: ${message}`);
  if (options.on === undefined) {
    if (options.out !== undefined || options.shards !== undefined) stop('--out and --shards need --on');
    return;
  }
  if (options.on !== 'local' && options.out === undefined)
    stop('--on needs --out: a folder that this machine and the cluster see, or s3://BUCKET/PREFIX');
  if (options.probe === 'cnn') stop('--probe cnn does not work with --on; --probe instant does');
  const refused = Object.entries({
    '--predictions': options.predictions,
    '--embeddings': options.embeddings,
    '--backbone': options.backbone,
  }).flatMap(([option, given]) => (given === undefined ? [] : [option]));
  if (refused.length > 0) stop(`${refused.join(' and ')} cannot be used with --on`);
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('Index a folder of labelled images and report what is wrong with it.')
    .argument('<folder>', 'class folders, split/class folders, images with a label table, or an archive of them')
    .addOption(
      new Option(
        '--probe <kind>',
        'find wrong labels with a probe: instant takes seconds, cnn takes minutes; with none, the report still contains what an earlier probe of these images found',
      )
        .choices(['none', ...trainedProbeSchema.options])
        .default('none'),
    )
    .option(
      '--predictions <file>',
      'judge labels by the probabilities of your own model: CSV or Parquet with the column path and one column for each class, or .npy, or a text of numbers, with --names; needs --out-of-sample',
    )
    .option('--model-name <name>', WHICH_MODEL)
    .option('--out-of-sample', 'confirm that every image was predicted by a model that was not trained on it')
    .option(
      '--embeddings <file>',
      'run the instant probe with your own embedding instead of the pretrained network: CSV or Parquet with the column path and numbers, or .npy with --names',
    )
    .option(
      '--backbone <file>',
      'run the instant probe with another pretrained network, an ONNX file that takes images (for example DINOv2, CLIP, SigLIP)',
    )
    .option('--backbone-size <pixels>', 'side of the pictures for --backbone, if its file does not fix it', readSide)
    .addOption(
      new Option(
        '--backbone-normalize <kind>',
        'how pixels are normalized for --backbone: half is −1 to 1, none is 0 to 1 (default: from preprocessor_config.json beside the file, or guessed from its name)',
      ).choices(normalizationNameSchema.options),
    )
    .option('--names <file>', NAMES_HELP)
    .option('--classes <file>', CLASSES_HELP)
    .option('--json <file>', 'write report.json to this file (-: to standard output)')
    .option('--html <file>', 'write the report as one HTML file with images (-: to standard output)')
    .option('--fail-on <checks>', 'exit with 1 when these checks find something (comma-separated)', readChecks)
    .option('--threshold <id=value>', 'change a threshold for this run (repeatable)', readThreshold)
    .option('--labels <file>', 'take the labels from this table, now and in later runs')
    .option(
      '--label-field <number>',
      'take this field of the file names as the label, now and in later runs: in 20_1_3_2017.jpg, field 2 is 1',
      readField,
    )
    .option(
      '--with-masks',
      'read images that are named like masks of others (a_mask.png beside a.png) like all other images, now and in later runs',
    )
    .option(
      '--as-detected',
      'forget an earlier --labels, --label-field, --with-masks or choice in the window: read the folder as detected',
    )
    .option('--image-column <name>', 'the column of --labels that names the images')
    .option('--label-column <name>', 'the column of --labels with the classes')
    .addOption(
      new Option('--layout <kind>', 'read the folder with this layout for this run').choices(layoutKindSchema.options),
    )
    .option(
      '--on <where>',
      'audit in shards on Ray: local starts it on this machine, http://HEAD:8265 uses a running cluster; see docs/cluster.md',
    )
    .option('--out <folder>', 'with --on: the folder of the run, or s3://BUCKET/PREFIX')
    .option('--shards <number>', 'with --on: how many shards (default: by the number of images)', readCount)
    .action(async (folder: string, options: AuditOptions, command: Command) => {
      checkOwn(command, options);
      checkCluster(command, options);
      checkTargets(command, folder, { '--json': options.json, '--html': options.html });
      if (options.on === undefined) await audit(folder, options);
      else await clusterAudit(folder, { ...options, on: options.on });
    });
}
