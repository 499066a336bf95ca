import { json, type ExportFormat } from './format';

/** Index i of `classes` is the label that Keras and torchvision number i, because they sort `folders` by code point. */
export const classNames: ExportFormat = {
  id: 'class_names.json',
  *files({ classes }) {
    yield [
      'class_names.json',
      json({ classes: classes.map(({ name }) => name), folders: classes.map(({ folder }) => folder) }),
    ];
  },
};
