/** Modules of the user that a script imports: their definitions take the place of the import. Nothing is run. */
import type { SyntaxNode } from './syntax';

interface ModuleImport {
  /** Dotted, with the dots of a relative import: `models.resnet`, `.net`. */
  readonly module: string;
  /** What is imported, without a name of its own; null for other forms of import. */
  readonly names: readonly string[] | null;
  /** What the script writes before the names of the module: `m` for `import models as m`. */
  readonly alias?: string;
  readonly node: SyntaxNode;
}

const LIBRARIES =
  /^(torch|torchvision|timm|tensorflow|tensorflow_hub|keras|keras_cv|transformers|fastai|lightning|pytorch_lightning|ignite|efficientnet_pytorch|efficientnet|segmentation_models|monai|kornia|open_clip|clip|sklearn|skimage|networkx|ultralytics|pretrainedmodels|vit_pytorch|classification_models|flax|mmpretrain|mmcls)(\.|$)/;

function importOf(node: SyntaxNode): ModuleImport | null {
  const [, module = '', list = ''] = /^from\s+([.\w]+)\s+import\s+\(?([\s\S]*?)\)?$/.exec(node.text) ?? [];
  if (module === '' || LIBRARIES.test(module)) return null;
  const names = list.split(',').map((name) => name.trim());
  const plain = names.filter((name) => name !== '').every((name) => /^(\w+|\*)$/.test(name));
  return { module, names: plain ? names.filter((name) => name !== '') : null, node };
}

/** `import models as m`. Several modules in one statement are not read. */
function wholeImport(node: SyntaxNode): ModuleImport | null {
  const [, module = '', alias = module] = /^import\s+(\w+(?:\.\w+)*)(?:\s+as\s+(\w+))?$/.exec(node.text) ?? [];
  return module === '' || LIBRARIES.test(module) ? null : { module, names: [], alias, node };
}

const importsIn = (root: SyntaxNode): ModuleImport[] =>
  root.children.flatMap((node) =>
    node.type === 'import_from_statement'
      ? (importOf(node) ?? [])
      : node.type === 'import_statement'
        ? (wholeImport(node) ?? [])
        : [],
  );

/** The file of a module relative to the script: `models/resnet.py`. */
const fileOf = (module: string): string => `${module.replace(/^\.+/, '').replaceAll('.', '/')}.py`;

/** Files beside a script that may contain what it imports, relative to it, without those outside of its folder. */
export function importedFiles(source: string): string[] {
  const modules = [...source.matchAll(/^[ \t]*"?from[ \t]+(\.?\w+(?:\.\w+)*)[ \t]+import\b/gm)];
  const whole = [
    ...source.matchAll(/^[ \t]*"?import[ \t]+(\w+(?:\.\w+)*)(?:[ \t]+as[ \t]+\w+)?[ \t]*(?:\\n)?"?,?[ \t]*\r?$/gm),
  ];
  const named = [...modules, ...whole].map((match) => match[1]!);
  return [...new Set(named.filter((module) => !LIBRARIES.test(module)).map(fileOf))];
}

/** The statements of a module that only define something. The others run at the import and train nothing. */
const DEFINES = new Set([
  'import_statement',
  'import_from_statement',
  'class_definition',
  'function_definition',
  'decorated_definition',
]);
const isConstant = ({ type, children }: SyntaxNode): boolean =>
  type === 'expression_statement' && children.length === 1 && children[0]!.type === 'assignment';

/** Added to the positions in a module, so that none of them equals a position in the script. */
const ASIDE = -1e9;

/** A copy of a node of a module. Its line is that of the import, the only line in the script that belongs to it. */
function copiedTo(line: number, node: SyntaxNode, copies = new Map<SyntaxNode, SyntaxNode>()): SyntaxNode {
  const known = copies.get(node);
  if (known) return known;
  const copy: SyntaxNode = {
    ...node,
    line,
    start: node.start + ASIDE,
    end: node.end + ASIDE,
    children: node.children.map((child) => copiedTo(line, child, copies)),
    field: (name) => {
      const child = node.field(name);
      return child && copiedTo(line, child, copies);
    },
  };
  copies.set(node, copy);
  return copy;
}

export interface JoinedScript {
  readonly root: SyntaxNode;
  /** Which modules were read, and which were not although the script may take its net from them. */
  readonly notes: readonly { readonly sentence: string; readonly line: number }[];
}

/** The names that statements of a module define. */
const definedBy = (statements: readonly SyntaxNode[]): Set<string> =>
  new Set(
    statements.flatMap((one) => {
      if (one.type.startsWith('import')) return [];
      const [first] = one.children;
      const definition = one.type === 'decorated_definition' ? one.field('definition') : one;
      return definition?.field('name')?.text ?? (isConstant(one) ? first?.field('left')?.text : undefined) ?? [];
    }),
  );

/** The script with `Net` where it writes `models.Net`. */
function withoutAlias(root: SyntaxNode, alias: string, defined: ReadonlySet<string>): SyntaxNode {
  const copies = new Map<SyntaxNode, SyntaxNode>();
  const changed = (node: SyntaxNode): SyntaxNode => {
    const known = copies.get(node);
    if (known) return known;
    const [object, name] = node.type === 'attribute' ? [node.field('object'), node.field('attribute')] : [];
    const copy: SyntaxNode =
      name && object?.text === alias && defined.has(name.text)
        ? { ...name, start: node.start, end: node.end }
        : {
            ...node,
            children: node.children.map(changed),
            field: (part) => {
              const child = node.field(part);
              return child && changed(child);
            },
          };
    copies.set(node, copy);
    return copy;
  };
  return changed(root);
}

const NET_MODULE = /(^|[._])(models?|nets?|networks?|arch|architectures?|backbones?|classifiers?)([._\d]|$)/i;

/** @param modules the module node of each file that was read, by its path relative to the script */
export function joinModules(root: SyntaxNode, modules: ReadonlyMap<string, SyntaxNode>): JoinedScript {
  const notes: JoinedScript['notes'][number][] = [];
  const joined = new Map<SyntaxNode, SyntaxNode[]>();
  const aliases: { readonly alias: string; readonly defined: ReadonlySet<string> }[] = [];
  const taken = definedBy(root.children);
  for (const { module, names, alias, node } of importsIn(root)) {
    const file = fileOf(module);
    const given = names === null ? undefined : modules.get(file);
    const own = given?.children.filter((one) => DEFINES.has(one.type) || isConstant(one)) ?? [];
    const defined = definedBy(own);
    // A name of the module that the script gives to something else would mean both.
    const clashes = alias !== undefined && [...defined].some((name) => taken.has(name));
    if (given && !clashes) {
      if (alias !== undefined) aliases.push({ alias, defined });
      defined.forEach((name) => taken.add(name));
      joined.set(
        node,
        own.map((one) => copiedTo(node.line, one)),
      );
      notes.push({
        sentence: `${file} beside the script was read too; faults in it are shown at the line of its import.`,
        line: node.line,
      });
    } else if (NET_MODULE.test(module))
      notes.push({
        sentence: `What the script imports from ${file} was not read and is not judged.`,
        line: node.line,
      });
  }
  if (joined.size === 0) return { root, notes };
  const whole: SyntaxNode = { ...root, children: root.children.flatMap((node) => joined.get(node) ?? [node]) };
  return { root: aliases.reduce((one, { alias, defined }) => withoutAlias(one, alias, defined), whole), notes };
}
