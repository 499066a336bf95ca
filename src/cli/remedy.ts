/** `plumbline remedy DIR`: changes a training script so that its warnings are gone, as a patch or as a new file. */
import { Command, InvalidArgumentError } from 'commander';
import { additionSchema, type AdditionId, type ScriptRemedy } from '../contract/model/remedy';
import { counted } from '../core/text/numbers';
import { lineInWords } from '../core/collapse/script/notebook';
import { withDataset } from './engine';
import { checkTargets, isFile, readScriptFile, STDOUT, writeWhole } from './files';
import { printable } from './printable';

interface RemedyFlags {
  readonly script: string;
  readonly patch?: string;
  readonly out?: string;
  readonly add?: readonly AdditionId[];
}

const MARKS = { same: ' ', removed: '-', added: '+' } as const;

/** @throws InvalidArgumentError for an unknown addition */
function additionList(text: string): AdditionId[] {
  const known = additionSchema.options;
  return text.split(',').flatMap((part) => {
    const word = part.trim();
    if (word === 'all') return known;
    const found = known.find((one) => one === word);
    if (!found) throw new InvalidArgumentError(`“${word}” is unknown. Choose from: ${known.join(', ')}, all.`);
    return [found];
  });
}

function remedyText({ changes, hunks, left, additions }: ScriptRemedy, source: string): string {
  const shown = hunks.flatMap((hunk) => [
    '',
    ...hunk.changes.map((i) => {
      const { line, sentence, reason } = changes[i]!;
      return `${lineInWords(source, line)}: ${sentence} ${reason}`;
    }),
    ...hunk.lines.map(({ kind, text }) => `  ${MARKS[kind]} ${text}`),
  ]);
  const open = left.map(
    ({ line, sentence, remedy }) => `- ${line === null ? '' : `${lineInWords(source, line)}: `}${sentence} ${remedy}`,
  );
  const offered = additions.filter((id) => !changes.some(({ rule }) => rule === id));
  return [
    changes.length === 0
      ? 'Nothing was changed.'
      : `${counted(changes.length, 'change')}. Each was checked by reading the changed script again; it was not run.`,
    ...shown,
    ...(open.length > 0 ? ['', 'Change these by hand:', ...open] : []),
    ...(offered.length > 0 ? ['', `Can be added with --add: ${offered.join(', ')}.`] : []),
    '',
  ]
    .map(printable)
    .join('\n');
}

async function remedy(folder: string, flags: RemedyFlags): Promise<void> {
  const read = readScriptFile(flags.script);
  const { text } = read;
  await withDataset(folder, async ({ client, dataset, printer, run }) => {
    const script = { dataset, ...read };
    // Read once before indexing, so that an unreadable script is reported early.
    await client.call('recipe.readScript', script);
    await run('jobs.index', { dataset });
    const found = await client.call('recipe.remedy', { ...script, additions: [...(flags.add ?? [])] });
    printer.end();
    if (isFile(flags.patch)) writeWhole(flags.patch, found.patch);
    if (isFile(flags.out)) writeWhole(flags.out, found.text);
    const piped = flags.patch === STDOUT ? found.patch : flags.out === STDOUT ? found.text : null;
    process.stdout.write(piped ?? remedyText(found, text));
  });
}

export function remedyCommand(): Command {
  return new Command('remedy')
    .description(
      'Change a Keras or PyTorch training script so that the faults that were found in it are fixed. The script itself is neither changed nor run.',
    )
    .argument('<folder>', 'the data set that the script trains on')
    .requiredOption('--script <file>', 'the training script or notebook')
    .option('--patch <file>', 'write the changes as a unified diff to this file (-: to standard output)')
    .option('--out <file>', 'write the changed script to this file (-: to standard output)')
    .option(
      '--add <list>',
      `what to add beside the changes against faults, separated by commas: ${additionSchema.options.join(', ')}, or all`,
      additionList,
    )
    .action(async (folder: string, flags: RemedyFlags, command: Command) => {
      checkTargets(command, folder, { '--patch': flags.patch, '--out': flags.out });
      await remedy(folder, flags);
    });
}
