/** Answers the calls of a window from one scenario. */
import { PlumblineError } from '../../../../src/contract/errors';
import type { Recent } from '../../../../src/contract/model/dataset';
import type { Handlers } from './fake-engine';
import { groupHandlers } from './groups';
import type { Scenario } from './scenario';

const JOB = '11111111-2222-3333-4444-555555555555';

export function handlersFor(scene: Scenario, options: { start?: boolean; recents?: Recent[] } = {}): Handlers {
  const id = scene.summary.id;
  let { findings } = scene;
  return {
    'shell.start': () => ({
      dataset: options.start === false ? null : id,
      error: null,
      version: '0.1.0',
      electron: '22.3.25',
      notice: null,
    }),
    'shell.openFolder': () => ({ dataset: id }),
    'shell.openArchive': () => ({ dataset: id }),
    'shell.unpack': () => ({ dataset: id }),
    'shell.openSample': () => ({ dataset: id }),
    'archives.cancel': () => ({}),
    'shell.openRecent': ({ dataset }) => ({ dataset }),
    'shell.revealInFileManager': () => ({}),
    'shell.copyPaths': () => ({}),
    'shell.showExport': () => ({}),
    'shell.showSaved': () => ({}),
    'shell.notify': () => ({}),
    'shell.dragOut': () => ({}),
    'dataset.recents': () => options.recents ?? [],
    'dataset.forget': () => ({}),
    'dataset.summary': () => scene.summary,
    'dataset.unchecked': () => [],
    'dataset.chooseLayout': () => ({}),
    'images.list': ({ filter, offset, limit }) => scene.list(filter, offset, limit),
    'images.get': ({ image }) => {
      if (image >= scene.total) throw new PlumblineError('not-found', 'This image is no longer in the index.');
      return scene.record(image);
    },
    'review.state': () => ({
      decisions: 0,
      perVerdict: { keep: 0, relabel: 0, exclude: 0, unsure: 0 },
      stale: 0,
      undoable: false,
      undoableAt: null,
      redoable: false,
      classes: [],
    }),
    'images.metadata': () => ({ exif: 'none', taken: null, position: false, profile: null }),
    'images.findings': () => ({ findings: [], suggested: null }),
    'findings.list': () => findings,
    ...groupHandlers(() => scene.groups),
    'findings.mute': ({ finding, reason }) => {
      findings = findings.map((one) =>
        one.key === finding ? { ...one, muted: { reason, at: 1_790_000_000_000 } } : one,
      );
      return {};
    },
    'findings.unmute': ({ finding }) => {
      findings = findings.map((one) => (one.key === finding ? { ...one, muted: null } : one));
      return {};
    },
    'findings.notDuplicate': () => ({ at: 1_790_000_000_000 }),
    'findings.forgetNotDuplicate': () => ({}),
    'thresholds.list': () => scene.thresholds,
    'thresholds.set': () => ({}),
    'thresholds.preview': ({ value }) => ({ flagged: { images: Math.round(Math.abs(value) * 3), classes: 0 } }),
    'review.decisions': () => [],
    'review.agreement': () => ({ reviewers: [], open: 0 }),
    'review.remarks': () => [],
    'review.remarksSummary': () => ({ tags: [], notes: 0 }),
    'savedViews.list': () => [],
    'labels.summary': () => ({
      runs: [],
      withheld: null,
      judged: 0,
      flagged: 0,
      estimate: null,
      curve: [],
      pairs: [],
      joint: [],
    }),
    'jobs.list': () => [],
    'jobs.index': () => ({ job: JOB }),
    'jobs.audit': () => ({ job: JOB }),
    'jobs.cancel': () => ({}),
    'jobs.resume': () => ({}),
  };
}
