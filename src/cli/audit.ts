/** `plumbline audit DIR`: index, check, report. */
import { Command, Option } from 'commander';
import { layoutKindSchema, type LayoutKind } from '../contract/model/dataset';
import { type CheckId } from '../contract/model/finding';
import { type ProbeKind, probeKindSchema } from '../contract/model/labels';
import { withDataset } from './engine';
import { FOUND } from './exits';
import { checkTargets, isFile, STDOUT, writeWhole } from './files';
import { readChecks, readThreshold } from './options';
import { reportText } from './summary';

interface AuditOptions {
  readonly probe: 'none' | ProbeKind;
  readonly json?: string;
  readonly html?: string;
  readonly failOn?: CheckId[];
  readonly threshold?: Record<string, number>;
  readonly layout?: LayoutKind;
}

function audit(folder: string, { probe, json, html, failOn, threshold, layout }: AuditOptions): Promise<void> {
  return withDataset(folder, async ({ client, dataset, printer, run }) => {
    const thresholds = threshold === undefined ? {} : { thresholds: threshold };
    await run('jobs.index', { dataset, ...thresholds, ...(layout && { layout }) });
    if (probe !== 'none') await run('jobs.probe', { dataset, probe, ...thresholds });
    const timings = printer.timings();
    const report = await client.call('report.get', { dataset, timings });
    const page = html === undefined ? '' : (await client.call('report.html', { dataset, timings, ...thresholds })).html;
    printer.end();
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (isFile(json)) writeWhole(json, text);
    if (isFile(html)) writeWhole(html, page);
    process.stdout.write(json === STDOUT ? text : html === STDOUT ? page : reportText(report));
    const kinds = new Set(failOn);
    if (report.findings.some((finding) => finding.muted === null && kinds.has(finding.check))) process.exitCode = FOUND;
  });
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('Index a folder of labelled images and report what is wrong with it.')
    .argument('<folder>', 'class folders, split/class folders, or images with a label table')
    .addOption(
      new Option(
        '--probe <kind>',
        'find wrong labels with a probe: instant takes seconds, cnn takes minutes; with none, the report still contains what an earlier probe of these images found',
      )
        .choices(['none', ...probeKindSchema.options])
        .default('none'),
    )
    .option('--json <file>', 'write report.json to this file (-: to standard output)')
    .option('--html <file>', 'write the report as one HTML file with images (-: to standard output)')
    .option('--fail-on <checks>', 'exit with 1 when these checks find something (comma-separated)', readChecks)
    .option('--threshold <id=value>', 'change a threshold for this run (repeatable)', readThreshold)
    .addOption(
      new Option('--layout <kind>', 'read the folder with this layout for this run').choices(layoutKindSchema.options),
    )
    .action(async (folder: string, options: AuditOptions, command: Command) => {
      checkTargets(command, folder, { '--json': options.json, '--html': options.html });
      await audit(folder, options);
    });
}
