/** `plumbline audit DIR`: index, check, report. */
import { Command, Option } from 'commander';
import { PlumblineError } from '../contract/errors';
import { layoutKindSchema, type CheckId, type LayoutKind } from '../contract/model';
import { type ProbeKind, probeKindSchema } from '../contract/labels';
import { localEngine } from '../engine/client';
import { cacheFolder, dataFolder } from '../engine/folders';
import { FOUND } from './exits';
import { checkTargets, isFile, STDOUT, writeWhole } from './files';
import { readChecks, readThreshold } from './options';
import { progressPrinter } from './progress';
import { reportText } from './summary';

interface AuditOptions {
  readonly probe: 'none' | ProbeKind;
  readonly json?: string;
  readonly html?: string;
  readonly failOn?: CheckId[];
  readonly threshold?: Record<string, number>;
  readonly layout?: LayoutKind;
}

async function audit(folder: string, options: AuditOptions): Promise<void> {
  const { json, html } = options;
  const { client, stop } = localEngine({ cache: cacheFolder(), data: dataFolder() });
  const printer = progressPrinter(process.stderr);
  let cancel = () => void stop();
  const interrupt = () => cancel();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  client.on('notice', ({ error }) => process.stderr.write(`${error.message}\n`));
  try {
    const { dataset } = await client.call('dataset.open', { root: folder });
    const settings = { ...(options.layout && { layout: options.layout }), ...(options.threshold && { thresholds: options.threshold }) };
    await client.run('jobs.index', { dataset, ...settings }, ({ progress }) => progress && printer.show(progress), (job) => {
      cancel = () => void client.call('jobs.cancel', { job });
    });
    if (options.probe !== 'none') {
      await client.run('jobs.probe', { dataset, probe: options.probe, ...(options.threshold && { thresholds: options.threshold }) }, ({ progress }) => progress && printer.show(progress), (job) => {
        cancel = () => void client.call('jobs.cancel', { job });
      });
    }
    const timings = printer.timings();
    const report = await client.call('report.get', { dataset, timings });
    const page = html === undefined ? '' : (await client.call('report.html', { dataset, timings, thresholds: options.threshold })).html;
    printer.end();
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (isFile(json)) writeWhole(json, text);
    if (isFile(html)) writeWhole(html, page);
    process.stdout.write(json === STDOUT ? text : html === STDOUT ? page : reportText(report));
    const kinds = new Set(options.failOn);
    if (report.findings.some((finding) => finding.muted === null && kinds.has(finding.check))) process.exitCode = FOUND;
  } catch (error) {
    printer.end();
    if (error instanceof PlumblineError && error.code === 'cancelled') throw new PlumblineError('cancelled', 'Stopped; what was measured is kept, and the next run goes on from there.', { cause: error });
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await stop();
  }
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('Index a folder of labelled images and report what is wrong with it.')
    .argument('<folder>', 'class folders, split/class folders, or images with a label table')
    .addOption(new Option('--probe <kind>', 'find wrong labels by a probe: instant takes seconds, cnn minutes').choices(['none', ...probeKindSchema.options]).default('none'))
    .option('--json <file>', 'write report.json to this file, or to standard output with -')
    .option('--html <file>', 'write the report as one HTML file with pictures, or to standard output with -')
    .option('--fail-on <checks>', 'exit with 1 when these checks find something (comma-separated)', readChecks)
    .option('--threshold <id=value>', 'change a threshold for this run (repeatable)', readThreshold)
    .addOption(new Option('--layout <kind>', 'read the folder this way for this run').choices(layoutKindSchema.options))
    .action(async (folder: string, options: AuditOptions, command: Command) => {
      checkTargets(command, folder, { '--json': options.json, '--html': options.html });
      await audit(folder, options);
    });
}
