/** `plumbline lab DIR`: finds out, by training, why a recipe performs badly on this data set, and what repairs it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { LAB_SCHEMA, type RecipeView } from '../contract/model/collapse';
import { PlumblineError } from '../contract/errors';
import { LAB_BUDGETS } from '../contract/model/lab';
import { timeWords } from '../core/collapse/lab-words';
import { labText, recipeText } from './collapse-text';
import { withDataset, type DatasetSession } from './engine';
import { checkTargets, isFile, readNamed, readScriptFile, STDOUT, writeWhole } from './files';

interface LabFlags {
  readonly recipe?: string;
  readonly script?: string;
  readonly budget: number;
  readonly json?: string;
}

const LEAST_SECONDS = 1;
const MOST_SECONDS = 86_400;

function readBudget(text: string): number {
  if (Object.hasOwn(LAB_BUDGETS, text)) return LAB_BUDGETS[text as keyof typeof LAB_BUDGETS];
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
    throw new InvalidArgumentError(
      `A budget is ${Object.keys(LAB_BUDGETS).join(', ')}, or ${LEAST_SECONDS} to ${MOST_SECONDS} seconds.`,
    );
  }
  return seconds;
}

function readingOf({ client, dataset }: DatasetSession, { recipe, script }: LabFlags): Promise<RecipeView> {
  if (script !== undefined) {
    return client.call('recipe.readScript', { dataset, ...readScriptFile(script) });
  }
  if (recipe !== undefined) return client.call('recipe.readFile', { dataset, text: readNamed(recipe) });
  return client.call('recipe.get', { dataset });
}

async function lab(folder: string, flags: LabFlags): Promise<void> {
  await withDataset(folder, async (session) => {
    const { client, dataset, printer, run } = session;
    // Read once before indexing, so that an unreadable file is reported early. Read again afterwards, because the sound
    // values depend on the index.
    await readingOf(session, flags);
    await run('jobs.index', { dataset });
    const view = await readingOf(session, flags);
    const script = flags.script === undefined ? '' : readNamed(flags.script);
    printer.end();
    process.stderr.write(`${recipeText(view, script)}${timeWords(flags.budget, view.reading.recipe)}\n`);
    await run('jobs.lab', { dataset, reading: view.reading, budgetSeconds: flags.budget });
    const { lab: stored } = await client.call('lab.result', { dataset });
    printer.end();
    if (stored === null) throw new PlumblineError('internal', 'The lab ended without a result.');
    const json = `${JSON.stringify({ schema: LAB_SCHEMA, ...stored }, null, 2)}\n`;
    if (isFile(flags.json)) writeWhole(flags.json, json);
    process.stdout.write(flags.json === STDOUT ? json : labText(stored, script));
  });
}

export function labCommand(): Command {
  return new Command('lab')
    .description(
      'Find by experiment what in a training recipe makes a net collapse on this data set, and what prevents it.',
    )
    .argument('<folder>', 'the data set')
    .addOption(
      new Option(
        '--recipe <file>',
        'a recipe as JSON, as the window saves it (Collapse, Recipe); missing fields are assumed to be sound',
      ).conflicts('script'),
    )
    .option(
      '--script <file>',
      'a Keras or PyTorch training script or notebook, which is read and never run; without --recipe and --script, the recipe stored with the data set is used',
    )
    .option(
      '--budget <seconds>',
      `${Object.entries(LAB_BUDGETS)
        .map(([name, seconds]) => `${name} (${seconds} s)`)
        .join(', ')}, or a number of seconds`,
      readBudget,
      LAB_BUDGETS.quick,
    )
    .option('--json <file>', 'write the result with all runs as JSON to this file (-: to standard output)')
    .action(async (folder: string, flags: LabFlags, command: Command) => {
      checkTargets(command, folder, { '--json': flags.json });
      await lab(folder, flags);
    });
}
