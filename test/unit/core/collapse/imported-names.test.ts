/** Predictions whose columns or labels write the class names in another way. */
import { describe, expect, it } from 'vitest';
import { importPredictions } from '../../../../src/core/collapse/imported';
import { accuracy, dataset, guess, outputs, RIGHT, type Image } from './prediction-tables';

describe('classes whose names have several words', () => {
  const dogs = ['German Shepherd', 'Golden Retriever', 'Pug'];
  const pictures = dataset(dogs);
  const table = (header: readonly string[], row: (image: Image) => readonly string[]) =>
    importPredictions([[...header], ...pictures.map((image) => [image.path, ...row(image)])], pictures, dogs);
  const form = (image: Image) => outputs(image).map(String);

  it.each([
    ['underscores', ['german_shepherd', 'golden_retriever', 'pug']],
    ['hyphens and a prefix', ['prob_German-Shepherd', 'prob_Golden-Retriever', 'prob_Pug']],
    ['double blanks', ['German  Shepherd', 'golden  retriever', 'PUG']],
  ])('are found in columns with %s', (_, columns) => {
    const found = table(['path', ...columns], form);
    expect(accuracy(found, pictures)).toBe(RIGHT);
    expect(found.notes).toEqual([
      `Columns are read as classes: “${columns[0]}” as “German Shepherd”, “${columns[1]}” as “Golden Retriever”.`,
    ]);
  });

  it('are found in the column of the prediction', () => {
    const found = table(['path', 'pred'], (image) => [dogs[guess(image)]!.toLowerCase().replace(' ', '_')]);
    expect(accuracy(found, pictures)).toBe(RIGHT);
  });

  it('are not taken for each other if they differ only in this', () => {
    const twins = ['a b', 'a_b'];
    const both = dataset(twins);
    const rows = both.map((image) => [
      image.path,
      image.label === 0 ? '0.9' : '0.2',
      image.label === 0 ? '0.1' : '0.8',
    ]);
    expect(accuracy(importPredictions([['path', 'a b', 'a_b'], ...rows], both, twins), both)).toBe(1);
  });

  it('are read although the header is repeated in the middle, as in joined files', () => {
    const header = ['path', ...dogs];
    const rows = pictures.map((image) => [image.path, ...form(image)]);
    const found = importPredictions([header, ...rows.slice(0, 9), header, ...rows.slice(9)], pictures, dogs);
    expect(accuracy(found, pictures)).toBe(RIGHT);
  });
});

describe('classes with a code before their names', () => {
  const coded = ['n02085620-Chihuahua', 'n02085782-Japanese_spaniel', 'n02110958-pug'];
  const pictures = dataset(coded);
  const table = (header: readonly string[], row: (image: Image) => readonly string[], classes = coded) =>
    importPredictions([[...header], ...pictures.map((image) => [image.path, ...row(image)])], pictures, classes);
  const said = 'A code before the class name, in the data set or in the table, is not compared';

  it.each([
    ['without the code', ['Chihuahua', 'Japanese_spaniel', 'pug']],
    ['in words', ['chihuahua', 'Japanese spaniel', 'Pug']],
    ['with other codes', ['001.Chihuahua', '002.Japanese_spaniel', '003.pug']],
  ])('are found by predictions %s', (_, names) => {
    const found = table(['path', 'pred'], (image) => [names[guess(image)]!]);
    expect(accuracy(found, pictures)).toBe(RIGHT);
    expect(found.notes.join()).toContain(said);
  });

  it('are found by columns without the code', () => {
    const found = table(['path', 'p_chihuahua', 'p_japanese_spaniel', 'p_pug'], (image) => outputs(image).map(String));
    expect(accuracy(found, pictures)).toBe(RIGHT);
    expect(found.notes.join()).toContain('Columns are read as classes: “p_chihuahua” as “n02085620-Chihuahua”');
  });

  it('need their codes where two names are the same without them', () => {
    const twins = ['001-pug', '002-pug'];
    const both = dataset(twins);
    const rows = both.map(({ path }) => [path, 'pug']);
    expect(() => importPredictions([['path', 'pred'], ...rows], both, twins)).toThrow('None of the predicted labels');
  });
});

it('finds the images in a column of any name, with letters in the other Unicode form', () => {
  const fruits = ['Äpfel', 'Käse', 'Birne'];
  const pictures = dataset(fruits).map((image) => ({ ...image, path: `Größe/ä${image.id}.jpg` }));
  const rows = pictures.map((image) => [image.path.normalize('NFD'), fruits[guess(image)]!.normalize('NFD')]);
  const found = importPredictions([['datei', 'vorhersage'], ...rows], pictures, fruits);
  expect(found.rows).toHaveLength(pictures.length);
  expect(accuracy(found, pictures)).toBe(RIGHT);
});
