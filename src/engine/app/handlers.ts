/** The handlers of the engine: one short function per call of the contract. A missing one is a compile error. */
import type { EngineApi, Handlers } from '../../contract/api';
import type { JobKind } from '../../contract/model/job';
import type { Catalog, CatalogFolders } from '../catalog/catalog';
import { forgetNotDuplicate, markNotDuplicate, mute, setThreshold, unmute } from '../catalog/finding-settings';
import { findingsAbout, listFindings } from '../catalog/finding-queries';
import { groupImages, listGroups, listMembers } from '../catalog/group-queries';
import { getImage, getThumbnail, listImages } from '../catalog/images';
import { listJobs } from '../catalog/jobs';
import {
  confusionOf,
  curveOf,
  embeddingMap,
  labelsSummary,
  listSuspects,
  surroundingsOf,
} from '../catalog/label-queries';
import { similarityState } from '../catalog/similarity';
import { suggestions } from '../catalog/label-queries';
import { summaryOf } from '../catalog/summary';
import { columnsIn, type Datasets } from './datasets';
import type { JobRunner } from './jobs';
import { readMetadata, readPicture, userFile } from '../images/picture';
import { collapseHandlers } from './collapse-handlers';
import type { LiveLabs } from '../stages/live-labs';
import type { TrainingWatches } from '../stages/training-watches';
import { reviewHandlers } from './review-handlers';
import type { SampleWriting } from './sample-writing';
import type { Unpacking } from './unpacking';
import { startOf, type Works } from './works';
import { makeHtmlReport } from '../stages/html-report';
import { makeReport } from '../stages/report';
import { currentThresholds, previewThreshold, knownThreshold } from '../stages/thresholds';
import { checkBackbone } from '../stages/own-backbone';
import { importEmbeddingApart } from '../stages/imports';
import { uncheckedOf } from '../stages/unchecked';
import { VERSION } from '../process/version';

export interface HandlerContext {
  readonly folders: CatalogFolders;
  readonly datasets: Datasets;
  readonly jobs: JobRunner;
  readonly works: Works;
  readonly labs: LiveLabs;
  readonly watches: TrainingWatches;
  readonly unpacking: Unpacking;
  readonly sample: SampleWriting;
}

export function createHandlers({
  folders,
  datasets,
  jobs,
  works,
  labs,
  watches,
  unpacking,
  sample,
}: HandlerContext): Handlers<EngineApi> {
  const start = (catalog: Catalog, kind: JobKind, params: unknown, resumed?: string) => ({
    job: jobs.start(catalog, kind, params, startOf(works, kind, catalog, params), resumed),
  });
  const on = (id: string) => datasets.get(id);
  const changing = (id: string, change: (catalog: Catalog) => void) => {
    const catalog = on(id);
    change(catalog);
    datasets.changed(catalog);
    return {};
  };
  return {
    'engine.info': () => ({
      version: VERSION,
      node: process.version,
      pid: process.pid,
      cacheFolder: folders.cache,
      dataFolder: folders.data,
    }),

    'dataset.open': async ({ root, note, labels }) => ({
      dataset: (await datasets.open(root, note, labels)).id,
    }),
    'archives.unpack': async ({ path }) => {
      await unpacking.unpack(path);
      return {};
    },
    'samples.write': () => sample.write(),
    'archives.cancel': () => {
      unpacking.cancel();
      return {};
    },
    'dataset.reopen': ({ dataset }) => ({ dataset: datasets.reopen(dataset).id }),
    'dataset.recents': () => datasets.recents(),
    'dataset.forget': ({ dataset }) => {
      datasets.forget(dataset);
      return {};
    },
    'dataset.summary': ({ dataset }) => summaryOf(on(dataset)),
    'dataset.chooseLayout': async ({ dataset, choice }) => {
      const catalog = on(dataset);
      await jobs.makeWay(catalog);
      await datasets.choose(catalog, choice);
      start(catalog, 'index', {});
      return {};
    },
    'dataset.tableColumns': ({ dataset, table }) => datasets.columnsOf(on(dataset), table),
    'folders.tableColumns': ({ root, table }) => columnsIn(root, table),
    'dataset.unchecked': ({ dataset }) => uncheckedOf(on(dataset)),

    'images.list': ({ dataset, filter, sort, offset, limit }) =>
      listImages(on(dataset), filter, sort, { offset, limit }),
    'images.get': ({ dataset, image }) => getImage(on(dataset), image),
    'images.findings': ({ dataset, image }) => ({
      findings: findingsAbout(on(dataset), image),
      suggested: suggestions(on(dataset), [image]).get(image) ?? null,
    }),
    'images.similarity': ({ dataset, path }) => ({ state: similarityState(on(dataset), path) }),
    'images.thumbnail': ({ dataset, image }) => getThumbnail(on(dataset), image),
    'images.metadata': ({ dataset, image }) => readMetadata(on(dataset), image),
    'images.files': ({ dataset, images }) => ({ paths: images.map((image) => userFile(on(dataset), image)) }),
    'images.picture': async ({ dataset, image }) => ({
      data: await readPicture(on(dataset), image),
      type: 'image/webp',
    }),

    'findings.list': ({ dataset }) => listFindings(on(dataset)),
    'findings.groups': ({ dataset, finding, ...page }) => listGroups(on(dataset), finding, page),
    'findings.members': ({ dataset, finding, group, ...page }) => ({
      members: listMembers(on(dataset), { finding, group }, page),
    }),
    'findings.groupImages': ({ dataset, ...group }) => ({ images: groupImages(on(dataset), group) }),
    'findings.mute': ({ dataset, finding, reason }) =>
      changing(dataset, (catalog) => mute(catalog, finding, reason, Date.now())),
    'findings.unmute': ({ dataset, finding }) => changing(dataset, (catalog) => unmute(catalog, finding)),
    'findings.notDuplicate': ({ dataset, images }) => {
      const at = Date.now();
      changing(dataset, (catalog) => markNotDuplicate(catalog, images, at));
      return { at };
    },
    'findings.forgetNotDuplicate': ({ dataset, at }) => changing(dataset, (catalog) => forgetNotDuplicate(catalog, at)),
    'thresholds.list': ({ dataset }) => currentThresholds(on(dataset)),
    'thresholds.set': ({ dataset, id, value }) =>
      changing(dataset, (catalog) => setThreshold(catalog, knownThreshold(id).id, value, Date.now())),
    'thresholds.preview': ({ dataset, id, value }) => ({ flagged: previewThreshold(on(dataset), id, value) }),

    ...reviewHandlers(datasets),
    ...collapseHandlers(datasets, labs, watches),
    'jobs.diagnose': ({ dataset, ...params }) => start(on(dataset), 'diagnose', params),
    'jobs.lab': ({ dataset, ...params }) => start(on(dataset), 'lab', params),
    'jobs.export': ({ dataset, ...params }) => start(on(dataset), 'export', params),

    'jobs.index': ({ dataset, ...options }) => start(on(dataset), 'index', options),
    'jobs.audit': ({ dataset }) => start(on(dataset), 'audit', {}),
    'jobs.probe': ({ dataset, ...options }) => start(on(dataset), 'probe', options),
    'jobs.trainingCheck': ({ dataset, steps }) => start(on(dataset), 'training-check', { steps }),
    'report.get': ({ dataset, timings }) => makeReport(on(dataset), timings, Date.now()),
    'report.html': ({ dataset, timings, thresholds }) => ({
      html: makeHtmlReport(on(dataset), { timings, thresholds }, Date.now()),
    }),

    'labels.importEmbedding': ({ dataset, path, names }) =>
      importEmbeddingApart(on(dataset), { embeddings: path, names }),
    'labels.checkBackbone': ({ dataset, ...choices }) => checkBackbone(on(dataset), choices),
    'labels.summary': ({ dataset }) => labelsSummary(on(dataset)),
    'labels.list': ({ dataset, filter, offset, limit }) => listSuspects(on(dataset), filter, { offset, limit }),
    'labels.confusion': ({ dataset, probe }) => confusionOf(on(dataset), probe),
    'labels.curve': ({ dataset, probe }) => curveOf(on(dataset), probe),
    'labels.map': ({ dataset }) => embeddingMap(on(dataset)),
    'labels.surroundings': ({ dataset, image }) => surroundingsOf(on(dataset), image),

    'jobs.list': ({ dataset }) => listJobs(on(dataset)),
    'jobs.cancel': ({ job }) => {
      jobs.cancel(job);
      return {};
    },
    'jobs.resume': ({ dataset, job }) => {
      const catalog = on(dataset);
      const { kind, params } = jobs.resumable(catalog, job);
      start(catalog, kind, params, job);
      return {};
    },
  };
}
