/** Columns of a label table, as lists to choose from show them. */
import type { TableColumns } from '../../contract/model/dataset';

/** The name of a column, then examples of its values. */
export const columnText = ({ name, examples }: TableColumns['columns'][number]): string =>
  [name, examples.join(', ')].filter((part) => part !== '').join(' · ');
