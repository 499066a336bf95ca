/** Entry of the command `plumbline`. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../engine/process/version';
import { auditCommand } from './audit';
import { diagnoseCommand } from './diagnose';
import { FAILED, USAGE } from './exits';
import { exportCommand } from './export';
import { describeFailure } from './failure';
import { labCommand } from './lab';
import { refuseRepeats } from './options';
import { remedyCommand } from './remedy';
import { reviewCommand } from './review';
import { serveCommand } from './serve';
import { shardCommand } from './shard';
import { watchCommand } from './watch';

const program = new Command('plumbline')
  .description(
    'Finds what is wrong with an image-classification data set. Nothing leaves this machine; the folder is only read.',
  )
  .version(VERSION)
  .showHelpAfterError('(--help shows all commands and options)')
  .exitOverride();
for (const command of [
  auditCommand(),
  diagnoseCommand(),
  labCommand(),
  remedyCommand(),
  watchCommand(),
  reviewCommand(),
  exportCommand(),
  serveCommand(),
  shardCommand(),
])
  program.addCommand(
    command
      .option('--verbose', 'write a detailed log with full paths, also to standard error')
      .copyInheritedSettings(program),
  );
program.commands.forEach(refuseRepeats);
program.hook('preAction', (_, command) => {
  if (command.opts()['verbose'] === true) process.env['PLUMBLINE_VERBOSE'] = 'yes';
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  } else {
    process.stderr.write(`plumbline: ${describeFailure(error)}\n`);
    process.exitCode = FAILED;
  }
}
