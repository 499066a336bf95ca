/** Handlers of the calls about review and export. Each has a few lines that call a stage. */
import type { EngineApi, EngineCall, Handlers } from '../../contract/api';
import { PlumblineError } from '../../contract/errors';
import type { Catalog } from '../catalog/catalog';
import { listSteps } from '../catalog/decision-log';
import { prepareReview } from '../catalog/decisions';
import { agreementsOf, forgetReviewer, openDisagreementsOf, restoreReviewer } from '../catalog/reviewers';
import { rememberTarget, targetPath } from '../catalog/export-targets';
import { remarksSummary } from '../catalog/remarks';
import { deleteSavedView, listSavedViews } from '../catalog/saved-views';
import type { Datasets } from './datasets';
import { checkTarget } from '../export/target';
import { inSlices } from '../process/in-slices';
import { planSummary } from '../stages/export';
import { nameClasses, renameClasses, renamedClasses, restoreClasses } from '../stages/class-decisions';
import { keepOnePerGroup, keepOnly } from '../stages/keep-one';
import { changeRemarks, remarksOn } from '../stages/remarks';
import { renameView, saveView } from '../stages/saved-views';
import {
  act,
  decisionsOn,
  exportDecisions,
  importDecisions,
  reviewQueue,
  reviewState,
  statsOf,
  step,
} from '../stages/review';

type Mine = Extract<EngineCall, `review.${string}` | `savedViews.${string}` | `export.${string}`>;

export function reviewHandlers(datasets: Datasets): Pick<Handlers<EngineApi>, Mine> {
  const on = (id: string): Catalog => datasets.get(id);
  const deciding = <T>(id: string, decide: (catalog: Catalog, at: number) => T): T => {
    const answer = decide(on(id), Date.now());
    datasets.decided(on(id));
    return answer;
  };
  return {
    'review.queue': ({ dataset, filter, ...page }) => {
      const queue = reviewQueue(on(dataset), filter, page);
      // What fails here, for example because the data set is closed, fails again when it is needed.
      inSlices(prepareReview(on(dataset))).catch(() => undefined);
      return queue;
    },
    'review.stats': ({ dataset, filter }) => statsOf(on(dataset), filter),
    'review.state': ({ dataset }) => ({ ...reviewState(on(dataset)), classes: renamedClasses(on(dataset)) }),
    'review.decisions': ({ dataset, images }) => decisionsOn(on(dataset), images),
    'review.act': ({ dataset, acts, queue, note, source = null }) =>
      deciding(dataset, (catalog, at) => act(catalog, acts, { queue, note, source, at })),
    'review.keepOnePerGroup': ({ dataset, finding, keepers }) =>
      deciding(dataset, (catalog, at) => keepOnePerGroup(catalog, finding, keepers, at)),
    'review.keepOnly': ({ dataset, image, ...group }) =>
      deciding(dataset, (catalog, at) => keepOnly(catalog, group, image, at)),
    'review.renameClasses': ({ dataset, from, to }) =>
      deciding(dataset, (catalog, at) => renameClasses(catalog, from, to, at)),
    'review.nameClasses': ({ dataset }) => deciding(dataset, nameClasses),
    'review.restoreClasses': ({ dataset, own }) => deciding(dataset, (catalog, at) => restoreClasses(catalog, own, at)),
    'review.undo': ({ dataset, batch }) => deciding(dataset, (catalog, at) => step(catalog, 'undo', at, batch)),
    'review.history': ({ dataset, limit }) => {
      const steps = listSteps(on(dataset), limit + 1);
      return { steps: steps.slice(0, limit), more: steps.length > limit };
    },
    'review.redo': ({ dataset }) => deciding(dataset, (catalog, at) => step(catalog, 'redo', at)),
    'review.export': ({ dataset, format }) => ({ text: exportDecisions(on(dataset), format) }),
    'review.import': ({ dataset, text, format, newClasses, reviewer }) =>
      deciding(dataset, (catalog, at) => importDecisions(catalog, text, format, newClasses, at, reviewer)),
    'review.agreement': ({ dataset }) => {
      const catalog = on(dataset);
      return { reviewers: [...agreementsOf(catalog)], open: openDisagreementsOf(catalog).size };
    },
    'review.forgetReviewer': ({ dataset, reviewer }) =>
      deciding(dataset, (catalog) => {
        if (forgetReviewer(catalog, reviewer)) return {};
        throw new PlumblineError('not-found', `There are no decisions of a reviewer called “${reviewer}”.`);
      }),

    'review.restoreReviewer': ({ dataset, reviewer }) =>
      deciding(dataset, (catalog) => ({ restored: restoreReviewer(catalog, reviewer) })),
    'review.remark': ({ dataset, images, change }) =>
      deciding(dataset, (catalog, at) => changeRemarks(catalog, images, change, at)),
    'review.remarks': ({ dataset, images }) => remarksOn(on(dataset), images),
    'review.remarksSummary': ({ dataset }) => remarksSummary(on(dataset)),

    'savedViews.list': ({ dataset }) => listSavedViews(on(dataset)),
    'savedViews.save': ({ dataset, replace, ...view }) => {
      saveView(on(dataset), view, replace, Date.now());
      return {};
    },
    'savedViews.rename': ({ dataset, from, to }) => {
      renameView(on(dataset), from, to);
      return {};
    },
    'savedViews.delete': ({ dataset, name }) => {
      deleteSavedView(on(dataset), name);
      return {};
    },

    'export.plan': ({ dataset, options }) => planSummary(on(dataset), options),
    'export.target': ({ dataset, path }) => {
      const catalog = on(dataset);
      checkTarget(catalog.root, path, () => false);
      return { target: rememberTarget(catalog, path, Date.now()) };
    },
    'export.folder': ({ dataset, target }) => ({ path: targetPath(on(dataset), target) }),
    'export.open': async ({ dataset, target }) => {
      const { id, root } = await datasets.open(targetPath(on(dataset), target), undefined);
      if (id === dataset)
        throw new PlumblineError('bad-request', 'This folder is the data set itself.', { details: { root } });
      return { dataset: id };
    },
  };
}
