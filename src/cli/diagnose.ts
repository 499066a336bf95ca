/** `plumbline diagnose DIR`: diagnoses predictions of the user, or those of the user's model. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { DIAGNOSIS_SCHEMA, type Diagnosed } from '../contract/model/collapse';
import { scalingSchema, type Preprocessing, type Scaling } from '../contract/model/user-model';
import { CLASSES_HELP, isArray, mayBeNumbers, NAMES_HELP, ONLY_NUMBERS } from './arrays';
import { diagnosisText } from './collapse-text';
import { withDataset, type DatasetSession } from './engine';
import { WHICH_MODEL, withHint } from './several-models';
import { checkTargets, isFile, pathOfReadable, readNamed, STDOUT, writeWhole } from './files';

interface DiagnoseFlags {
  readonly predictions?: string;
  readonly modelName?: string;
  readonly names?: string;
  readonly classes?: string;
  readonly model?: string;
  readonly preset?: Scaling;
  readonly bgr?: boolean;
  readonly side?: number;
  readonly split?: string;
  readonly json?: string;
}

function readSide(text: string): number {
  const side = Number(text);
  if (!Number.isInteger(side) || side < 8 || side > 2048)
    throw new InvalidArgumentError('A side is a whole number of pixels from 8 to 2048.');
  return side;
}

const preprocessingOf = ({ preset, bgr }: DiagnoseFlags): Preprocessing | null =>
  preset === undefined ? null : { scaling: preset, order: bgr === true ? 'bgr' : 'rgb' };

/** Files that are not text. */
const isBinary = (file: string): boolean => /\.(npy|parquet)$/i.test(file);

/**
 * Reads or checks the named file, so that an unusable file is reported before indexing, which takes time.
 * @returns a function that makes the predictions and returns their id
 */
async function predictor(
  { client, dataset, run }: DatasetSession,
  flags: DiagnoseFlags,
): Promise<() => Promise<string>> {
  const { predictions: file } = flags;
  if (file !== undefined && (isBinary(file) || flags.names !== undefined)) {
    const path = (one: string | undefined): string | null => (one === undefined ? null : pathOfReadable(one));
    const { names, classes, modelName: model } = flags;
    const files = { path: pathOfReadable(file), names: path(names), classes: path(classes), model };
    return async () => (await withHint(client.call('diagnosis.importFile', { dataset, ...files }))).id;
  }
  if (file !== undefined) {
    const text = readNamed(file);
    const { modelName: model } = flags;
    return async () =>
      (await withHint(client.call('diagnosis.import', { dataset, name: basename(file), text, model }))).id;
  }
  const { model } = await client.call('diagnosis.model', { dataset, path: resolve(flags.model ?? '') });
  return async () =>
    (await run('jobs.diagnose', { dataset, model, preprocessing: preprocessingOf(flags), side: flags.side ?? null }))
      .id;
}

async function diagnose(folder: string, flags: DiagnoseFlags): Promise<void> {
  await withDataset(folder, async (session) => {
    const { client, dataset, printer, run } = session;
    const predict = await predictor(session, flags);
    await run('jobs.index', { dataset });
    const id = await predict();
    const diagnosed: Diagnosed = await client.call('diagnosis.get', { dataset, id, split: flags.split ?? null });
    printer.end();
    const json = `${JSON.stringify({ schema: DIAGNOSIS_SCHEMA, split: flags.split ?? null, ...diagnosed }, null, 2)}\n`;
    if (isFile(flags.json)) writeWhole(flags.json, json);
    process.stdout.write(flags.json === STDOUT ? json : diagnosisText(diagnosed, flags.split ?? null));
  });
}

export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description('Say whether a model collapsed, from its predictions or by running it: figures, tests and a verdict.')
    .argument('<folder>', 'the data set')
    .addOption(
      new Option(
        '--predictions <file>',
        'CSV, JSON or Parquet with path,predicted, or path and one column for each class; or .npy, or a text of numbers, with --names',
      ).conflicts('model'),
    )
    .option('--model-name <name>', WHICH_MODEL)
    .option('--names <file>', NAMES_HELP)
    .option('--classes <file>', CLASSES_HELP)
    .option('--model <path>', 'an ONNX file, a TensorFlow SavedModel folder or a TensorFlow.js model.json')
    .addOption(
      new Option(
        '--preset <scaling>',
        'how pixels are scaled for the model (default: what the model itself specifies, otherwise what works best on a few images)',
      ).choices(scalingSchema.options),
    )
    .option('--bgr', 'with --preset: the model takes the channels in the order blue, green, red')
    .option('--side <pixels>', 'input size for a model that takes images of any size', readSide)
    .option('--split <name>', 'only images of this split')
    .option('--json <file>', 'write the diagnosis as JSON to this file (-: to standard output)')
    .action(async (folder: string, flags: DiagnoseFlags, command: Command) => {
      if (flags.predictions === undefined && flags.model === undefined)
        command.error('error: give --predictions or --model');
      if (flags.modelName !== undefined && flags.predictions === undefined)
        command.error('error: --model-name needs --predictions');
      if (isArray(flags.predictions) && flags.names === undefined)
        command.error(
          'error: a .npy file does not say which image each row belongs to: give --names a file with one relative path per line, in the order of the rows',
        );
      if ((flags.names !== undefined || flags.classes !== undefined) && !mayBeNumbers(flags.predictions))
        command.error(`error: ${ONLY_NUMBERS}`);
      if (flags.classes !== undefined && flags.names === undefined) command.error('error: --classes needs --names');
      if (flags.bgr === true && flags.preset === undefined) command.error('error: --bgr needs --preset');
      checkTargets(command, folder, { '--json': flags.json });
      await diagnose(folder, flags);
    });
}
