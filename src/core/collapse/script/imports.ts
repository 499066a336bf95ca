import type { Script } from './syntax';

/** Names of the modules that a script imports, as written. */
export const importsOf = (script: Script): string[] =>
  script.nodes('import_statement', 'import_from_statement').flatMap((node) => {
    const from = node.field('module_name')?.text;
    return from !== undefined ? [from] : node.children.map((one) => (one.field('name') ?? one).text);
  });
