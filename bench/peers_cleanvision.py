#!/usr/bin/env python3
"""CleanVision on data sets with planted faults, for comparison with `bench/checks.ts`.

    python bench/peers_cleanvision.py FOLDER [set ...]

FOLDER contains each set beside its <set>.truth.json. Needs `pip install cleanvision`; without it, this prints a message and exits with 0.
CleanVision raises at the first file that it cannot decode, so that unreadable files and links to nowhere are left out for it.
"""
import json
import os
import shutil
import sys
import tempfile

KINDS = {'is_dark_issue': ('dark',), 'is_light_issue': ('overexposed',), 'is_blurry_issue': ('blurry',), 'is_low_information_issue': ('blank',),
         'is_odd_aspect_ratio_issue': ('odd_aspect',), 'is_odd_size_issue': ('odd_size',), 'is_grayscale_issue': ('grayscale',)}


def readable_copy(root, scratch):
    """Links every file that PIL can decode into a folder of its own. -> {linked path: path in the set}"""
    from PIL import Image
    names = {}
    for folder, _, files in os.walk(root):
        for name in sorted(files):
            source = os.path.join(folder, name)
            try:
                with Image.open(source) as image:
                    image.load()
            except Exception:
                continue
            target = os.path.join(scratch, f'{len(names):06d}{os.path.splitext(name)[1].lower()}')
            shutil.copyfile(source, target)
            names[target] = os.path.relpath(source, root)
    return names


def line(what, found, planted):
    if not planted:
        return
    hits = len(found & planted)
    precision = f'{hits / len(found):.3f}' if found else '    –'
    print(f'{what:<46} {hits / len(planted):.3f} / {precision}   ({len(found)} flagged, {len(planted)} planted)')


def pairs_of(groups, names):
    found = set()
    for group in groups:
        paths = sorted(names[path] for path in group)
        found |= {(a, b) for i, a in enumerate(paths) for b in paths[i + 1:]}
    return found


def measure(name, root, truth):
    from cleanvision import Imagelab
    with tempfile.TemporaryDirectory() as scratch:
        names = readable_copy(root, scratch)
        lab = Imagelab(filepaths=list(names))
        lab.find_issues(verbose=False)
        issues = truth.get('issues', [])
        for column, kinds in KINDS.items():
            if column in lab.issues:
                flagged = {names[path] for path in lab.issues.index[lab.issues[column]]}
                line(f'{name}: {column[3:-6]}', flagged, {item['path'] for item in issues if item['issue'] in kinds})
        planted = truth.get('duplicates', [])
        if planted:
            sets = {kind: lab.info.get(kind, {}).get('sets', []) for kind in ('exact_duplicates', 'near_duplicates')}
            exact = pairs_of(sets['exact_duplicates'], names)
            near = exact | pairs_of(sets['near_duplicates'], names)
            line(f'{name}: exact duplicates', exact, {tuple(sorted(item['paths'])) for item in planted if item['kind'] in ('exact', 'format')})
            line(f'{name}: near duplicates, mirrored left out', near, {tuple(sorted(item['paths'])) for item in planted if item['kind'] != 'flip'})


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        import cleanvision  # noqa: F401
    except ImportError:
        print('CleanVision is not installed here (pip install cleanvision): nothing to compare with.')
        return
    folder, only = sys.argv[1], sys.argv[2:]
    print(f'{"what":<46} recall / precision')
    for file in sorted(os.listdir(folder)):
        name = file.removesuffix('.truth.json')
        root = os.path.join(folder, name)
        if name == file or not os.path.isdir(root) or (only and name not in only):
            continue
        with open(os.path.join(folder, file), encoding='utf-8') as handle:
            measure(name, root, json.load(handle))


if __name__ == '__main__':
    main()
