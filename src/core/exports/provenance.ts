import { json, type ExportFormat } from './format';

/** How the export was made, so that it can be repeated. */
export const provenance: ExportFormat = {
  id: 'export.json',
  *files({ files, left, classes, splits, options, plan, source, version }) {
    yield [
      'export.json',
      json({
        schema: 'plumbline.export/1',
        version,
        source,
        options,
        splits,
        classes: classes.length,
        images: files.length,
        excluded: left.length,
        plan,
      }),
    ];
  },
};
